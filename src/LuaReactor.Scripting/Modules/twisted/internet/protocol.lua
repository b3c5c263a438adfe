-- What a script derives from: a protocol lives as long as one connection, a factory makes one for each.
local adapters = require("twisted.internet._adapters")
local class = require("class")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local factories = require("twisted.internet._factories")
local failure = require("twisted.python.failure")

-- The log is wanted only when there is something to say.
local function say(text, object)
  require("twisted.python.log").msg(text .. " " .. tostring(object))
end

---What all protocols have in common.
---@class BaseProtocol
---@field connected boolean true from `makeConnection` on; it stays true after the connection is lost, as in Twisted
---@field transport Transport where to write to; nil before `makeConnection`
---@overload fun(): BaseProtocol
local BaseProtocol = class("BaseProtocol")
BaseProtocol.connected = false

---Ties the protocol to a transport and calls `connectionMade`. The reactor calls it; a test may.
---@param transport any
function BaseProtocol:makeConnection(transport)
  self.connected = true
  self.transport = transport
  self:connectionMade()
end

---Called when the connection is there. Override it to greet.
function BaseProtocol:connectionMade()
end

---A protocol on a stream: override `dataReceived`, `connectionMade`, `connectionLost`.
---@class Protocol: BaseProtocol
---@field factory Factory|nil the factory that built it
---@overload fun(): Protocol
local Protocol = class("Protocol", BaseProtocol)

class.allocator(Protocol, function()
  return { factory = nil, connected = nil, transport = nil, _lineFramer = nil }
end)

---Its name in log lines: that of its class.
---@return string
function Protocol:logPrefix()
  return class.typeOf(self).__name
end

---Called with what has arrived: any piece of the stream, at least one byte.
---@param data string
function Protocol:dataReceived(data)
end

---Called once, when the connection is gone; `reason.type` is `error.ConnectionDone` when it was closed cleanly.
---@param reason Failure
function Protocol:connectionLost(reason)
end

---A protocol on the pipes of a child process.
---@class ProcessProtocol: BaseProtocol
---@overload fun(): ProcessProtocol
local ProcessProtocol = class("ProcessProtocol", BaseProtocol)

---Called with what the child has written to any of its descriptors; gives 1 and 2 to `outReceived` and `errReceived`.
---@param childFD integer
---@param data string
function ProcessProtocol:childDataReceived(childFD, data)
  if childFD == 1 then
    self:outReceived(data)
  elseif childFD == 2 then
    self:errReceived(data)
  end
end

---Called with what the child has written to its standard output.
---@param data string
function ProcessProtocol:outReceived(data)
end

---Called with what the child has written to its standard error.
---@param data string
function ProcessProtocol:errReceived(data)
end

---Called when one of the child's descriptors is closed; gives 0, 1 and 2 to the three methods below.
---@param childFD integer
function ProcessProtocol:childConnectionLost(childFD)
  if childFD == 0 then
    self:inConnectionLost()
  elseif childFD == 1 then
    self:outConnectionLost()
  elseif childFD == 2 then
    self:errConnectionLost()
  end
end

---Called when the child's standard input is closed.
function ProcessProtocol:inConnectionLost()
end

---Called when the child's standard output is closed.
function ProcessProtocol:outConnectionLost()
end

---Called when the child's standard error is closed.
function ProcessProtocol:errConnectionLost()
end

---Called when the child has ended; its output may still be on the way.
---@param reason Failure `error.ProcessDone` or `error.ProcessTerminated`
function ProcessProtocol:processExited(reason)
end

---Called when the child has ended and all its descriptors are closed.
---@param reason Failure `error.ProcessDone` or `error.ProcessTerminated`
function ProcessProtocol:processEnded(reason)
end

---A protocol on a datagram port: override `datagramReceived`.
---@class DatagramProtocol
---@field transport any where to write to; nil while there is no port
---@field numPorts integer how many ports use it
---@field noisy boolean whether its start and stop are logged
---@overload fun(): DatagramProtocol
local DatagramProtocol = class("DatagramProtocol")
DatagramProtocol.numPorts = 0
DatagramProtocol.noisy = true

---Its name in log lines: that of its class.
---@return string
function DatagramProtocol:logPrefix()
  return class.typeOf(self).__name
end

---Ties the protocol to a port, which starts it. The reactor calls it; a test may.
---@param transport any
function DatagramProtocol:makeConnection(transport)
  if self.transport ~= nil then
    error(exception.AssertionError(class.typeOf(self).__name .. " is on a port already"), 0)
  end
  self.transport = transport
  self:doStart()
end

---Called by each port that begins to use it; the first one starts it.
function DatagramProtocol:doStart()
  if self.numPorts == 0 then
    if self.noisy then
      say("Starting protocol", self)
    end
    self:startProtocol()
  end
  self.numPorts = self.numPorts + 1
end

---Called by each port that ends; the last one stops it.
function DatagramProtocol:doStop()
  if self.numPorts == 0 then
    error(exception.AssertionError(class.typeOf(self).__name .. " is on no port"), 0)
  end
  self.numPorts = self.numPorts - 1
  self.transport = nil
  if self.numPorts == 0 then
    if self.noisy then
      say("Stopping protocol", self)
    end
    self:stopProtocol()
  end
end

---Called when there is a transport to write to.
function DatagramProtocol:startProtocol()
end

---Called when the port is gone.
function DatagramProtocol:stopProtocol()
end

---Called with each datagram.
---@param datagram string
---@param addr any where it came from
function DatagramProtocol:datagramReceived(datagram, addr)
end

---Called when a datagram that was sent was refused; only after `transport:connect`.
function DatagramProtocol:connectionRefused()
end

---A protocol on a datagram port that is connected to one other end.
---@class ConnectedDatagramProtocol: DatagramProtocol
---@overload fun(): ConnectedDatagramProtocol
local ConnectedDatagramProtocol = class("ConnectedDatagramProtocol", DatagramProtocol)

---Called with each datagram.
---@param datagram string
function ConnectedDatagramProtocol:datagramReceived(datagram)
end

---Called when the port could not be connected.
---@param reason Failure
function ConnectedDatagramProtocol:connectionFailed(reason)
end

return {
  -- The reason of a connection that ended cleanly, for those who must make one up.
  connectionDone = failure.Failure(errors.ConnectionDone()),
  BaseProtocol = BaseProtocol,
  Protocol = Protocol,
  Factory = factories.Factory,
  ClientFactory = factories.ClientFactory,
  ServerFactory = factories.ServerFactory,
  ReconnectingClientFactory = require("twisted.internet._reconnecting"),
  ClientCreator = require("twisted.internet._clientcreator"),
  ProcessProtocol = ProcessProtocol,
  DatagramProtocol = DatagramProtocol,
  ConnectedDatagramProtocol = ConnectedDatagramProtocol,
  ProtocolToConsumerAdapter = adapters.ProtocolToConsumerAdapter,
  ConsumerToProtocolAdapter = adapters.ConsumerToProtocolAdapter,
  FileWrapper = adapters.FileWrapper,
}
