-- A factory around a factory: each of its protocols stands between a protocol and its transport.
local class = require("class")
local protocol = require("twisted.internet.protocol")

local function prefix(wrapper, wrapped)
  local inner = wrapped.logPrefix and wrapped:logPrefix() or class.typeOf(wrapped).__name
  return inner .. " (" .. class.typeOf(wrapper).__name .. ")"
end

---A protocol to its transport, and the transport of the protocol that it wraps.
---@class ProtocolWrapper: Protocol
---@field factory WrappingFactory
---@field wrappedProtocol Protocol|nil nil once the connection is lost
---@field disconnecting boolean true after `loseConnection`
---@overload fun(factory: WrappingFactory, wrappedProtocol: Protocol): ProtocolWrapper
local ProtocolWrapper = class("ProtocolWrapper", protocol.Protocol)
ProtocolWrapper.disconnecting = false

function ProtocolWrapper:__init(factory, wrappedProtocol)
  self.factory, self.wrappedProtocol = factory, wrappedProtocol
  -- A protocol with these two hears of each direction's end: so must its wrapper, and only then.
  if wrappedProtocol.readConnectionLost and wrappedProtocol.writeConnectionLost then
    self.readConnectionLost, self.writeConnectionLost = self._readConnectionLost, self._writeConnectionLost
  end
end

---The wrapped protocol's name in log lines, and its own in brackets.
---@return string
function ProtocolWrapper:logPrefix()
  return prefix(self, self.wrappedProtocol)
end

---Ties both protocols to the transport, the wrapped one by way of this one.
---@param transport any
function ProtocolWrapper:makeConnection(transport)
  protocol.Protocol.makeConnection(self, transport)
  self.factory:registerProtocol(self)
  self.wrappedProtocol:makeConnection(self)
end

---Passes on to the wrapped protocol what has arrived.
---@param data string
function ProtocolWrapper:dataReceived(data)
  self.wrappedProtocol:dataReceived(data)
end

---Tells the wrapped protocol, and lets it go.
---@param reason Failure
function ProtocolWrapper:connectionLost(reason)
  self.factory:unregisterProtocol(self)
  local wrapped = self.wrappedProtocol
  wrapped:connectionLost(reason)
  self.wrappedProtocol = nil
end

function ProtocolWrapper:_readConnectionLost()
  self.wrappedProtocol:readConnectionLost()
end

function ProtocolWrapper:_writeConnectionLost()
  self.wrappedProtocol:writeConnectionLost()
end

---Closes the connection once what was written is sent.
function ProtocolWrapper:loseConnection()
  self.disconnecting = true
  self.transport:loseConnection()
end

-- What else a transport can do is done by the one below.
for _, method in ipairs({
  "write", "writeSequence", "abortConnection", "loseWriteConnection", "getPeer", "getHost",
  "registerProducer", "unregisterProducer", "stopConsuming", "pauseProducing", "resumeProducing", "stopProducing",
  "setTcpNoDelay", "getTcpNoDelay", "setTcpKeepAlive", "getTcpKeepAlive", "startTLS",
}) do
  ---Calls the transport's method of that name.
  ---@param ... any its arguments
  ---@return any
  ProtocolWrapper[method] = function(self, ...)
    local transport = self.transport
    return transport[method](transport, ...)
  end
end

---Wraps a factory and its protocols, and keeps track of them. A subclass's `protocol` is a ProtocolWrapper of its own.
---@class WrappingFactory: ClientFactory
---@field wrappedFactory Factory
---@field protocols table<ProtocolWrapper, true> those with a connection
---@overload fun(wrappedFactory: Factory): WrappingFactory
local WrappingFactory = class("WrappingFactory", protocol.ClientFactory)
WrappingFactory.protocol = ProtocolWrapper

function WrappingFactory:__init(wrappedFactory)
  self.wrappedFactory, self.protocols = wrappedFactory, {}
end

---The wrapped factory's name in log lines, and its own in brackets.
---@return string
function WrappingFactory:logPrefix()
  return prefix(self, self.wrappedFactory)
end

---Starts the wrapped factory, then itself.
function WrappingFactory:doStart()
  self.wrappedFactory:doStart()
  protocol.ClientFactory.doStart(self)
end

---Stops the wrapped factory, then itself.
function WrappingFactory:doStop()
  self.wrappedFactory:doStop()
  protocol.ClientFactory.doStop(self)
end

---@param connector Connector
function WrappingFactory:startedConnecting(connector)
  self.wrappedFactory:startedConnecting(connector)
end

---@param connector Connector
---@param reason Failure
function WrappingFactory:clientConnectionFailed(connector, reason)
  self.wrappedFactory:clientConnectionFailed(connector, reason)
end

---@param connector Connector
---@param reason Failure
function WrappingFactory:clientConnectionLost(connector, reason)
  self.wrappedFactory:clientConnectionLost(connector, reason)
end

---Makes the wrapper of a protocol. Override it to give that further arguments.
---@param wrappedProtocol Protocol
---@return ProtocolWrapper
function WrappingFactory:wrap(wrappedProtocol)
  return self.protocol(self, wrappedProtocol)
end

---Has the wrapped factory make a protocol, and wraps it. Refuses the connection when that does.
---@param addr any
---@return ProtocolWrapper|nil
function WrappingFactory:buildProtocol(addr)
  local wrappedProtocol = self.wrappedFactory:buildProtocol(addr)
  return wrappedProtocol and self:wrap(wrappedProtocol)
end

---Called by each of its protocols when its connection is there.
---@param wrapper ProtocolWrapper
function WrappingFactory:registerProtocol(wrapper)
  self.protocols[wrapper] = true
end

---Called by each of its protocols when its connection is gone.
---@param wrapper ProtocolWrapper
function WrappingFactory:unregisterProtocol(wrapper)
  self.protocols[wrapper] = nil
end

return { ProtocolWrapper = ProtocolWrapper, WrappingFactory = WrappingFactory }
