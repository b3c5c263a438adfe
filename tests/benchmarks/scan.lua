-- The port scan of the peers' comparison: all ports at once, as scripts/portscan.lua; ports in SCAN_SKIP are left alone.
-- run:    luareactor tests/benchmarks/scan.lua host first last
local class = require("class")
local defer = require("twisted.internet.defer")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")

local Hit = class("Hit", protocol.Protocol)

function Hit:connectionMade()
  self.factory.deferred:callback("Connected!")
  self.transport:loseConnection()
end

local Test = class("Test", protocol.ClientFactory)
Test.protocol = Hit
Test.noisy = false

function Test:clientConnectionFailed(_, reason)
  self.deferred:errback(reason)
end

local host, first, last = arg[1], tonumber(arg[2]), tonumber(arg[3])
local skip = {}
for port in (os.getenv("SCAN_SKIP") or ""):gmatch("%d+") do
  skip[tonumber(port)] = true
end

local ports, testers = {}, {}
for port = first, last do
  if not skip[port] then
    local factory = Test()
    factory.deferred = defer.Deferred()
    ports[#ports + 1] = port
    testers[#testers + 1] = factory.deferred
    reactor.connectTCP(host, port, factory)
  end
end

defer.DeferredList(testers, { consumeErrors = true }):addCallback(function(results)
  local open, why, names = {}, {}, {}
  for i, result in ipairs(results) do
    if result[1] then
      open[#open + 1] = ports[i]
    else
      local name = result[2].type.__name
      if not why[name] then
        names[#names + 1] = name
      end
      why[name] = (why[name] or 0) + 1
    end
  end
  table.sort(names)
  for i, name in ipairs(names) do
    names[i] = name .. ":" .. why[name]
  end
  print("open=" .. table.concat(open, ",") .. " failures=" .. table.concat(names, ";"))
  reactor.stop()
end)
reactor.run()
