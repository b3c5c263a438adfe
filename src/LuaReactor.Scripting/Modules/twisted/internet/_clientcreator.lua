-- One connection for one protocol, without a factory of one's own.
local class = require("class")
local deferreds = require("twisted.internet._deferred")
local dotted = require("twisted.internet._dotted")
local factories = require("twisted.internet._factories")

-- Has the one protocol, and tells a Deferred of it in the turn after: by then the protocol is connected.
local InstanceFactory = class("_InstanceFactory", factories.ClientFactory)
InstanceFactory.noisy = false

function InstanceFactory:__init(reactor, instance, deferred)
  self._reactor, self._instance, self._deferred = reactor, instance, deferred
end

function InstanceFactory:__tostring()
  return "<ClientCreator factory: " .. tostring(self._instance) .. ">"
end

function InstanceFactory:_fireLater(method, value)
  local deferred = self._deferred
  self._deferred = nil
  self._pending = dotted.callLater(self._reactor, 0, function()
    self._pending = nil
    method(deferred, value)
  end)
end

function InstanceFactory:buildProtocol()
  if not self._deferred then
    -- It was cancelled while it connected.
    return nil
  end
  self:_fireLater(self._deferred.callback, self._instance)
  return self._instance
end

function InstanceFactory:clientConnectionFailed(_, reason)
  if self._deferred then
    self:_fireLater(self._deferred.errback, reason)
  end
end

function InstanceFactory:forget()
  self._deferred = nil
  if self._pending then
    self._pending:cancel()
    self._pending = nil
  end
end

---Connects single protocols. What its methods return can be cancelled, which gives the connection up.
---@class ClientCreator
---@overload fun(reactor: table, protocolClass: table, ...: any): ClientCreator
local ClientCreator = class("ClientCreator")

---@param reactor table
---@param protocolClass table
---@param ... any for the protocol's `__init`
function ClientCreator:__init(reactor, protocolClass, ...)
  self.reactor, self.protocolClass, self.args = reactor, protocolClass, table.pack(...)
end

function ClientCreator:_connect(begin)
  local connector, factory
  local d = deferreds.Deferred(function()
    factory:forget()
    connector:disconnect()
  end)
  local instance = self.protocolClass(table.unpack(self.args, 1, self.args.n))
  factory = InstanceFactory(self.reactor, instance, d)
  connector = begin(self.reactor, factory)
  return d
end

---Connects to a TCP port.
---@param host string
---@param port integer
---@param options? {timeout?: number, bindAddress?: any[]}
---@return Deferred deferred of the connected protocol
function ClientCreator:connectTCP(host, port, options)
  return self:_connect(function(reactor, factory)
    return reactor:connectTCP(host, port, factory, options)
  end)
end

---Connects to a UNIX socket.
---@param address string its path
---@param options? {timeout?: number, checkPID?: boolean}
---@return Deferred deferred of the connected protocol
function ClientCreator:connectUNIX(address, options)
  return self:_connect(function(reactor, factory)
    return reactor:connectUNIX(address, factory, options)
  end)
end

---Connects to a TCP port and speaks TLS there.
---@param host string
---@param port integer
---@param contextFactory any
---@param options? {timeout?: number, bindAddress?: any[]}
---@return Deferred deferred of the connected protocol
function ClientCreator:connectSSL(host, port, contextFactory, options)
  return self:_connect(function(reactor, factory)
    return reactor:connectSSL(host, port, factory, contextFactory, options)
  end)
end

return ClientCreator
