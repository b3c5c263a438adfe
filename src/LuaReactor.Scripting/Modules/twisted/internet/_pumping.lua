-- Two protocols joined in memory: what one writes the other gets when the test pumps. Twisted's test.iosim.
local address = require("twisted.internet.address")
local class = require("class")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")

local checkOptions = require("twisted.internet._options").check

local Failure = failure.Failure
local pumpLimit <const> = 1000

---One end of a connection in memory.
---@class FakeTransport
---@field protocol Protocol
---@field isServer boolean
---@field connected boolean
---@field disconnecting boolean true from `loseConnection` on; what is written then is dropped
---@field producer any
---@overload fun(protocol: Protocol, isServer: boolean): FakeTransport
local FakeTransport = class("FakeTransport")
FakeTransport.connected = true
FakeTransport.disconnecting = false

function FakeTransport:__init(protocol, isServer)
  self.protocol, self.isServer = protocol, isServer
  self._out, self._paused = {}, false
end

---Keeps data for the other end.
---@param data string
function FakeTransport:write(data)
  if type(data) ~= "string" then
    exception.raise(exception.TypeError, "Data must be bytes, a string; got " .. type(data), 2)
  elseif not self.disconnecting and data ~= "" then
    table.insert(self._out, data)
  end
end

---Keeps a list of strings for the other end.
---@param data string[]
function FakeTransport:writeSequence(data)
  self:write(table.concat(data))
end

---Closes the connection once what was written has been delivered.
function FakeTransport:loseConnection()
  self.disconnecting = true
end

---Closes the connection at once; what was not delivered is lost.
function FakeTransport:abortConnection()
  self.disconnecting, self._aborted = true, true
  self._out = {}
end

---Delivers nothing more to the protocol, until `resumeProducing`.
function FakeTransport:pauseProducing()
  self._paused = true
end

---Delivers again.
function FakeTransport:resumeProducing()
  self._paused = false
end

---Closes the connection.
function FakeTransport:stopProducing()
  self:loseConnection()
end

---Lets a producer write as the pump takes what it wrote.
---@param producer any one that pulls is asked for more each time what was written is taken
---@param streaming boolean
function FakeTransport:registerProducer(producer, streaming)
  if self.producer ~= nil then
    exception.raise(exception.RuntimeError, "Cannot register two producers", 2)
  end
  self.producer, self.streaming = producer, streaming
  if not streaming then
    producer:resumeProducing()
  end
end

---Ends what registerProducer began.
function FakeTransport:unregisterProducer()
  self.producer, self.streaming = nil, nil
end

local clientAddress = address.IPv4Address("TCP", "192.168.1.1", 54321)
local serverAddress = address.IPv4Address("TCP", "10.0.0.1", 12345)

---This end's address, which is made up.
---@return any address
function FakeTransport:getHost()
  return self.isServer and serverAddress or clientAddress
end

---The other end's address, which is made up.
---@return any address
function FakeTransport:getPeer()
  return self.isServer and clientAddress or serverAddress
end

---Does nothing.
function FakeTransport:setTcpNoDelay() end

---Does nothing.
function FakeTransport:setTcpKeepAlive() end

-- Takes what is to be delivered to the other end, which is nothing while that is paused.
local function take(from, to)
  if to._paused or #from._out == 0 then
    return nil
  end
  local data = table.concat(from._out)
  from._out = {}
  return data
end

local function pull(transport)
  if transport.producer and not transport.streaming and #transport._out == 0 then
    transport.producer:resumeProducing()
  end
end

local function tell(transport, reason)
  if transport.connected then
    transport.connected, transport.disconnecting = false, true
    transport._out = {}
    transport.protocol:connectionLost(Failure(reason))
  end
end

---Moves what two protocols write from one to the other.
---@class IOPump
---@field client Protocol
---@field server Protocol
---@field clientIO FakeTransport
---@field serverIO FakeTransport
---@overload fun(client: Protocol, server: Protocol, clientIO: FakeTransport, serverIO: FakeTransport): IOPump
local IOPump = class("IOPump")

function IOPump:__init(client, server, clientIO, serverIO)
  self.client, self.server, self.clientIO, self.serverIO = client, server, clientIO, serverIO
end

local function closeFrom(one, other)
  if not one.connected or not one.disconnecting or #one._out > 0 then
    return false
  end
  if one._aborted then
    tell(one, errors.ConnectionAborted())
    tell(other, errors.ConnectionLost())
  else
    tell(one, errors.ConnectionDone())
    tell(other, errors.ConnectionDone())
  end
  return true
end

---Delivers what both have written so far; when there is nothing, ends a connection that one has closed.
---@return boolean moved whether anything happened
function IOPump:pump()
  local client, server = self.clientIO, self.serverIO
  local toServer, toClient = take(client, server), take(server, client)
  pull(client)
  pull(server)
  if toServer and server.connected then
    server.protocol:dataReceived(toServer)
  end
  if toClient and client.connected then
    client.protocol:dataReceived(toClient)
  end
  return toServer ~= nil or toClient ~= nil or closeFrom(server, client) or closeFrom(client, server)
end

---Pumps until nothing happens any more. Raises AssertionError when that does not come.
---@return boolean moved whether anything happened
function IOPump:flush()
  for i = 1, pumpLimit do
    if not self:pump() then
      return i > 1
    end
  end
  error(exception.AssertionError("the two are still talking after " .. pumpLimit .. " rounds"), 2)
end

local module = { FakeTransport = FakeTransport, IOPump = IOPump }

local function readGreet(options, method)
  checkOptions(options, { greet = true }, method, 3)
  return not options or options.greet ~= false
end

local function join(server, client, greet)
  local serverIO, clientIO = FakeTransport(server, true), FakeTransport(client, false)
  local pump = IOPump(client, server, clientIO, serverIO)
  server:makeConnection(serverIO)
  client:makeConnection(clientIO)
  if greet then
    pump:flush()
  end
  return pump
end

---Connects two protocols in memory and, unless `greet` is false, delivers what they say at once.
---@param server Protocol
---@param client Protocol
---@param options? {greet?: boolean}
---@return IOPump
function module.connect(server, client, options)
  return join(server, client, readGreet(options, "connect"))
end

---Makes two protocols and connects them in memory.
---@param ServerClass table|fun(): Protocol
---@param ClientClass table|fun(): Protocol
---@param options? {greet?: boolean}
---@return Protocol client
---@return Protocol server
---@return IOPump pump
function module.connectedServerAndClient(ServerClass, ClientClass, options)
  local greet = readGreet(options, "connectedServerAndClient")
  local client, server = ClientClass(), ServerClass()
  return client, server, join(server, client, greet)
end

return module
