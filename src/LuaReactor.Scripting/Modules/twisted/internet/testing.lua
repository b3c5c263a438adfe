-- Doubles for tests of protocols: no socket, no loop.
local address = require("twisted.internet.address")
local class = require("class")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")

---A transport that keeps what is written. It is a consumer and a push producer too, and notes what it is told.
---@class StringTransport
---@field disconnecting boolean true after `loseConnection`
---@field disconnected boolean true after `abortConnection`
---@field connected boolean
---@field producer any the producer registered, nil when there is none
---@field streaming boolean|nil whether that one pushes
---@field producerState "producing"|"paused"|"stopped"
---@field hostAddr any what `getHost` says
---@field peerAddr any what `getPeer` says
---@overload fun(hostAddress?: any, peerAddress?: any, lenient?: boolean): StringTransport
local StringTransport = class("StringTransport")
StringTransport.disconnecting = false
StringTransport.disconnected = false
StringTransport.producerState = "producing"

---@param hostAddress? any by default IPv4Address("TCP", "10.0.0.1", 12345)
---@param peerAddress? any by default IPv4Address("TCP", "192.168.1.1", 54321)
---@param lenient? boolean whether it may be paused and resumed after `loseConnection`
function StringTransport:__init(hostAddress, peerAddress, lenient)
  self.hostAddr = hostAddress or address.IPv4Address("TCP", "10.0.0.1", 12345)
  self.peerAddr = peerAddress or address.IPv4Address("TCP", "192.168.1.1", 54321)
  self.connected = true
  self._lenient = lenient
  self:clear()
end

---Forgets what was written.
function StringTransport:clear()
  self._written = {}
end

---All that was written since the beginning or the last `clear`.
---@return string
function StringTransport:value()
  return table.concat(self._written)
end

---Keeps data for `value`.
---@param data string
function StringTransport:write(data)
  if type(data) ~= "string" then
    exception.raise(exception.TypeError, "Data must be bytes, a string; got " .. type(data), 2)
  end
  self._written[#self._written + 1] = data
end

---Keeps a list of strings for `value`.
---@param data string[]
function StringTransport:writeSequence(data)
  for _, piece in ipairs(data) do
    self:write(piece)
  end
end

---Notes that it should close; what is written afterwards is kept all the same.
function StringTransport:loseConnection()
  self.disconnecting = true
end

---Notes that it should close at once.
function StringTransport:abortConnection()
  self.disconnected = true
  self:loseConnection()
end

---The `peerAddress` it was made with.
---@return any address
function StringTransport:getPeer()
  return self.peerAddr
end

---The `hostAddress` it was made with.
---@return any address
function StringTransport:getHost()
  return self.hostAddr
end

---Notes the producer; a second one raises RuntimeError.
---@param producer any
---@param streaming boolean
function StringTransport:registerProducer(producer, streaming)
  if self.producer ~= nil then
    exception.raise(exception.RuntimeError, "Cannot register two producers", 2)
  end
  self.producer, self.streaming = producer, streaming
end

---Raises a RuntimeError when there is none.
function StringTransport:unregisterProducer()
  if self.producer == nil then
    exception.raise(exception.RuntimeError, "Cannot unregister a producer unless one is registered", 2)
  end
  self.producer, self.streaming = nil, nil
end

local function checkState(self)
  if self.disconnecting and not self._lenient then
    exception.raise(exception.RuntimeError, "Cannot resume producing after loseConnection", 3)
  end
  if self.producerState == "stopped" then
    exception.raise(exception.RuntimeError, "Cannot resume a stopped producer", 3)
  end
end

---Raises a RuntimeError when it is stopped or closing.
function StringTransport:pauseProducing()
  checkState(self)
  self.producerState = "paused"
end

---Notes that it is stopped for good.
function StringTransport:stopProducing()
  self.producerState = "stopped"
end

---Raises a RuntimeError when it is stopped or closing.
function StringTransport:resumeProducing()
  checkState(self)
  self.producerState = "producing"
end

---A StringTransport that tells its `protocol` of its end.
---@class StringTransportWithDisconnection: StringTransport
---@field protocol Protocol set by the test
---@overload fun(hostAddress?: any, peerAddress?: any, lenient?: boolean): StringTransportWithDisconnection
local StringTransportWithDisconnection = class("StringTransportWithDisconnection", StringTransport)

---Calls the protocol's `connectionLost` with ConnectionDone, once.
function StringTransportWithDisconnection:loseConnection()
  if self.connected then
    self.connected = false
    self.protocol:connectionLost(failure.Failure(errors.ConnectionDone("Bye.")))
  end
end

local testing = {
  StringTransport = StringTransport,
  StringTransportWithDisconnection = StringTransportWithDisconnection,
}

for _, name in ipairs({ "_memoryreactor", "_pumping", "_testprotocols" }) do
  for key, value in pairs(require("twisted.internet." .. name)) do
    testing[key] = value
  end
end

return testing
