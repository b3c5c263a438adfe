-- Connects to a server and disconnects at once. Without arguments: to port 80 of this machine.
-- with:   luareactor scripts/echoserver.lua 5001
-- run:    luareactor scripts/connection.lua 127.0.0.1 5001
-- expect: Connected to 127.0.0.1.
-- expect: Lost connection: Connection was closed cleanly.
local class = require("class")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")

local QuickDisconnectProtocol = class("QuickDisconnectProtocol", protocol.Protocol)

function QuickDisconnectProtocol:connectionMade()
  print("Connected to " .. self.transport:getPeer().host .. ".")
  self.transport:loseConnection()
end

local BasicClientFactory = class("BasicClientFactory", protocol.ClientFactory)
BasicClientFactory.protocol = QuickDisconnectProtocol

function BasicClientFactory:clientConnectionLost(connector, reason)
  print("Lost connection: " .. reason:getErrorMessage())
  reactor.stop()
end

function BasicClientFactory:clientConnectionFailed(connector, reason)
  print("Connection failed: " .. reason:getErrorMessage())
  reactor.stop()
end

local function fail(...)
  io.stderr:write(...)
  io.stderr:write("\n")
  os.exit(1)
end

local host, port = arg[1] or "localhost", arg[2] or "80"
if #arg > 2 then
  fail("Usage: luareactor ", arg[0], " [host [port]]")
elseif not port:match("^%d+$") then
  fail("The port must be a number; got '", port, "'.")
end

reactor.connectTCP(host, tonumber(port), BasicClientFactory())
reactor.run()
