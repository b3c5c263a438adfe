-- The port scan of the peers' comparison: all ports at once, as scripts/portscan.lua; ports in SCAN_SKIP are left alone.
-- run:    luareactor tests/benchmarks/scan.lua host first last
local defer = require("twisted.internet.defer")
local reactor = require("twisted.internet.reactor")

package.path = arg[0]:gsub("[^/]*$", "") .. "../../scripts/?.lua;" .. package.path
local testConnect = require("connectiontester").testConnect

local host, first, last = arg[1], tonumber(arg[2]), tonumber(arg[3])
local skip = {}
for port in (os.getenv("SCAN_SKIP") or ""):gmatch("%d+") do
  skip[tonumber(port)] = true
end

local ports, testers = {}, {}
for port = first, last do
  if not skip[port] then
    ports[#ports + 1] = port
    testers[#testers + 1] = testConnect(host, port)
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
