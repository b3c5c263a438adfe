-- Answers each line with "You said: " and the line, until one is "quit". Without an argument: on port 5001.
-- run:    luareactor scripts/echoserver.lua 5001
-- expect: Server running, Press Ctrl-C to stop.
-- after:  Ctrl-C
local basic = require("twisted.protocols.basic")
local class = require("class")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")

local EchoProtocol = class("EchoProtocol", basic.LineReceiver)

function EchoProtocol:connectionMade()
  print("Connection from " .. self.transport:getPeer().host)
end

function EchoProtocol:lineReceived(line)
  if line == "quit" then
    self:sendLine("Goodbye.")
    self.transport:loseConnection()
  else
    self:sendLine("You said: " .. line)
  end
end

local EchoServerFactory = class("EchoServerFactory", protocol.ServerFactory)
EchoServerFactory.protocol = EchoProtocol

local function fail(...)
  io.stderr:write(...)
  io.stderr:write("\n")
  os.exit(1)
end

local port = arg[1] or "5001"
if #arg > 1 then
  fail("Usage: luareactor ", arg[0], " [port]")
elseif not port:match("^%d+$") then
  fail("The port must be a number; got '", port, "'.")
end

reactor.listenTCP(tonumber(port), EchoServerFactory())
print("Server running, Press Ctrl-C to stop.")
reactor.run()
