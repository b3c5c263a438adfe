-- What a script derives from: a protocol lives as long as one connection, a factory makes one for each.
local class = require("class")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")

-- The log is wanted only when there is something to say.
local function say(text, object)
  require("twisted.python.log").msg(text .. " " .. tostring(object))
end

---What all protocols have in common.
---@class BaseProtocol
---@field connected boolean true from `makeConnection` on; it stays true after the connection is lost, as in Twisted
---@field transport any where to write to; nil before `makeConnection`
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

---Makes protocols, and keeps what they share.
---@class Factory
---@field protocol table|fun(): Protocol the class (or function) that makes a protocol
---@field numPorts integer how many ports and connectors use it
---@field noisy boolean whether its start and stop are logged
---@overload fun(): Factory
local Factory = class("Factory")
Factory.numPorts = 0
Factory.noisy = true

---Its name in log lines: that of its class.
---@return string
function Factory:logPrefix()
  return class.typeOf(self).__name
end

---Called by each port or connector that begins to use it; the first one starts it.
function Factory:doStart()
  if self.numPorts == 0 then
    if self.noisy then
      say("Starting factory", self)
    end
    self:startFactory()
  end
  self.numPorts = self.numPorts + 1
end

---Called by each port or connector that ends; the last one stops it. More calls than starts do nothing.
function Factory:doStop()
  if self.numPorts == 0 then
    return
  end
  self.numPorts = self.numPorts - 1
  if self.numPorts == 0 then
    if self.noisy then
      say("Stopping factory", self)
    end
    self:stopFactory()
  end
end

---Called before the first port or connector uses it. Override it to open what the protocols share.
function Factory:startFactory()
end

---Called after the last port or connector has ended. Override it to close what the protocols share.
function Factory:stopFactory()
end

---Makes the protocol for a connection; nil refuses the connection. Override it to pass the protocol arguments.
---@param addr any the other end's address
---@return Protocol|nil
function Factory:buildProtocol(addr)
  if not self.protocol then
    error(exception.AssertionError(class.typeOf(self).__name
      .. ".protocol is not set: give the factory a protocol class, or override buildProtocol"), 0)
  end
  local protocol = self.protocol()
  protocol.factory = self
  return protocol
end

---A factory for outgoing connections.
---@class ClientFactory: Factory
---@overload fun(): ClientFactory
local ClientFactory = class("ClientFactory", Factory)

---Called when a connection is being tried; `connector:stopConnecting()` gives it up.
---@param connector any
function ClientFactory:startedConnecting(connector)
end

---Called when no connection came about. `connector:connect()` tries again.
---@param connector any
---@param reason Failure
function ClientFactory:clientConnectionFailed(connector, reason)
end

---Called when a connection that was there is gone. `connector:connect()` makes a new one.
---@param connector any
---@param reason Failure
function ClientFactory:clientConnectionLost(connector, reason)
end

---A factory for connections that are accepted.
---@class ServerFactory: Factory
---@overload fun(): ServerFactory
local ServerFactory = class("ServerFactory", Factory)

local function factoryFor(cls, protocol, ...)
  local factory = cls(...)
  factory.protocol = protocol
  return factory
end

-- Behind a dot a function does not learn its class, as Python's class methods do: so each of these classes has its own.
local function forProtocolOf(cls)
  return function(first, ...)
    if class.issubclass(first, Factory) then
      return factoryFor(first, ...)
    end
    return factoryFor(cls, first, ...)
  end
end

---Makes a factory for a protocol class without a class of its own: `Factory:forProtocol(Echo)`.
---`Factory.forProtocol(Echo)` does too; for a class of your own use the colon.
---@param protocol table the protocol class
---@param ... any for the factory's `__init`
---@return Factory
function Factory.forProtocol(protocol, ...)
  return factoryFor(Factory, protocol, ...)
end

for _, cls in ipairs({ Factory, ClientFactory, ServerFactory }) do
  cls.forProtocol = forProtocolOf(cls)
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
  Factory = Factory,
  ClientFactory = ClientFactory,
  ServerFactory = ServerFactory,
  ProcessProtocol = ProcessProtocol,
  DatagramProtocol = DatagramProtocol,
  ConnectedDatagramProtocol = ConnectedDatagramProtocol,
}
