-- Lists the open TCP ports of a host: of its ports 1-200, or of a range. All are tried at once.
-- with:   luareactor scripts/echoserver.lua 5001
-- run:    luareactor scripts/portscan.lua 127.0.0.1 5001-5001
-- expect: Connected to port 5001
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local reactor = require("twisted.internet.reactor")
local terminal = require("luareactor.terminal")
local testConnect = require("connectiontester").testConnect

local function fail(...)
  io.stderr:write(...)
  io.stderr:write("\n")
  os.exit(1)
end

local host, range = arg[1], arg[2] or "1-200"
if not host or #arg > 2 then
  fail("Usage: luareactor ", arg[0], " host [first-last]")
end
local first, last = range:match("^(%d+)%-(%d+)$")
first, last = tonumber(first), tonumber(last)
if not first or first < 1 or last < first or last > 65535 then
  fail("The ports must be two numbers from 1 to 65535, as in 1-200; got '", range, "'.")
end

local finished, progressShown = 0, false

local function count(result)
  finished = finished + 1
  return result
end

local function showProgress(total)
  progressShown = true
  io.stderr:write("\rTried ", finished, " of ", total, " ports")
  reactor.callLater(1, showProgress, total)
end

local function handleAllResults(results, ports)
  if progressShown then
    -- Clears the line.
    io.stderr:write("\r\27[K")
  end
  for i, port in ipairs(ports) do
    local success, result = table.unpack(results[i])
    if success then
      print("Connected to port " .. port)
    elseif i == 1 and result:check(errors.DNSLookupError) then
      io.stderr:write(result:getErrorMessage(), "\n")
    end
  end
  reactor.stop()
end

local ports, testers = {}, {}
for port = first, last do
  ports[#ports + 1] = port
  testers[#testers + 1] = testConnect(host, port):addBoth(count)
end
defer.DeferredList(testers, { consumeErrors = true }):addCallback(handleAllResults, ports)
if terminal.isatty("stderr") then
  reactor.callLater(1, showProgress, #ports)
end
reactor.run()
