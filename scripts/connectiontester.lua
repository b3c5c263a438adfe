-- Tells whether a TCP port of a host is open. `require("connectiontester").testConnect` does it for other programs.
-- with:   luareactor scripts/echoserver.lua 5001
-- run:    luareactor scripts/connectiontester.lua 127.0.0.1 5001
-- expect: Connect to port 5001
local class = require("class")
local defer = require("twisted.internet.defer")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")

local CallbackAndDisconnectProtocol = class("CallbackAndDisconnectProtocol", protocol.Protocol)

function CallbackAndDisconnectProtocol:connectionMade()
  self.factory.deferred:callback("Connected!")
  self.transport:loseConnection()
end

local ConnectionTestFactory = class("ConnectionTestFactory", protocol.ClientFactory)
ConnectionTestFactory.protocol = CallbackAndDisconnectProtocol
ConnectionTestFactory.noisy = false

function ConnectionTestFactory:__init()
  self.deferred = defer.Deferred()
end

function ConnectionTestFactory:clientConnectionFailed(connector, reason)
  self.deferred:errback(reason)
end

---Tries to connect.
---@param host string
---@param port integer
---@return Deferred deferred fires with "Connected!", or fails with why it could not
local function testConnect(host, port)
  local testFactory = ConnectionTestFactory()
  reactor.connectTCP(host, port, testFactory)
  return testFactory.deferred
end

local function handleSuccess(result, port)
  print("Connect to port " .. port)
  reactor.stop()
end

local function handleFailure(failure, port)
  print("Error connecting to port " .. port .. ": " .. failure:getErrorMessage())
  reactor.stop()
end

local function fail(...)
  io.stderr:write(...)
  io.stderr:write("\n")
  os.exit(1)
end

-- What __name__ == "__main__" is in Python: arg[0] names the program that was started, and that is
-- another one when portscan.lua requires this file.
if arg and arg[0] and arg[0]:match("connectiontester%.lua$") then
  local host, port = arg[1], arg[2]
  if #arg ~= 2 then
    fail("Usage: luareactor ", arg[0], " host port")
  elseif not port:match("^%d+$") then
    fail("The port must be a number; got '", port, "'.")
  end
  port = tonumber(port)
  local connecting = testConnect(host, port)
  connecting:addCallback(handleSuccess, port)
  connecting:addErrback(handleFailure, port)
  reactor.run()
end

return { testConnect = testConnect }
