-- Factories: one makes the protocols of all its connections, and keeps what they share.
local class = require("class")
local exception = require("twisted.python.exception")

-- The log is wanted only when there is something to say.
local function say(text, object)
  require("twisted.python.log").msg(text .. " " .. tostring(object))
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
---@param connector Connector
function ClientFactory:startedConnecting(connector)
end

---Called when no connection came about. `connector:connect()` tries again.
---@param connector Connector
---@param reason Failure
function ClientFactory:clientConnectionFailed(connector, reason)
end

---Called when a connection that was there is gone. `connector:connect()` makes a new one.
---@param connector Connector
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

for _, cls in ipairs({ Factory, ClientFactory, ServerFactory }) do
  ---Makes a factory for a protocol class without a class of its own: `Factory:forProtocol(Echo)`.
  ---`Factory.forProtocol(Echo)` does too; for a class of your own use the colon.
  ---@param protocol table the protocol class
  ---@param ... any for the factory's `__init`
  ---@return Factory
  cls.forProtocol = forProtocolOf(cls)
end

return {
  Factory = Factory,
  ClientFactory = ClientFactory,
  ServerFactory = ServerFactory,
  _forProtocolOf = forProtocolOf,
}
