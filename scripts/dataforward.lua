-- A small netcat: sends what is typed to a server, and prints what the server sends.
-- with:   luareactor scripts/echoserver.lua 5001
-- run:    luareactor scripts/dataforward.lua 127.0.0.1 5001
-- expect: Connected to server. Press Ctrl-C to close connection.
-- type:   hello
-- expect: You said: hello
-- type:   quit
-- expect: Goodbye.
local class = require("class")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")
local stdio = require("twisted.internet.stdio")

local DataForwardingProtocol = class("DataForwardingProtocol", protocol.Protocol)
DataForwardingProtocol.normalizeNewLines = false

function DataForwardingProtocol:dataReceived(data)
  if self.normalizeNewLines then
    data = data:gsub("\r?\n", "\r\n")
  end
  if self.output then
    self.output:write(data)
  end
end

local StdioProxyProtocol = class("StdioProxyProtocol", DataForwardingProtocol)

function StdioProxyProtocol:connectionMade()
  local inputForwarder = DataForwardingProtocol()
  inputForwarder.output = self.transport
  inputForwarder.normalizeNewLines = true
  self.output = stdio.StandardIO(inputForwarder)
  print("Connected to server. Press Ctrl-C to close connection.")
end

local StdioProxyFactory = class("StdioProxyFactory", protocol.ClientFactory)
StdioProxyFactory.protocol = StdioProxyProtocol

function StdioProxyFactory:clientConnectionLost(connector, reason)
  reactor.stop()
end

function StdioProxyFactory:clientConnectionFailed(connector, reason)
  print(reason:getErrorMessage())
  reactor.stop()
end

local function fail(...)
  io.stderr:write(...)
  io.stderr:write("\n")
  os.exit(1)
end

local host, port = arg[1], arg[2]
if #arg ~= 2 then
  fail("Usage: luareactor ", arg[0], " host port")
elseif not port:match("^%d+$") then
  fail("The port must be a number; got '", port, "'.")
end

reactor.connectTCP(host, tonumber(port), StdioProxyFactory())
reactor.run()
