-- How many connections there may be: in all, or from one host.
local class = require("class")
local protocol = require("twisted.internet.protocol")
local wrapping = require("twisted.protocols._wrapping")

---Limits the number of connections at a time.
---@class LimitTotalConnectionsFactory: ServerFactory
---@field connectionCount integer
---@field connectionLimit integer|nil
---@field overflowProtocol table|nil the protocol of connections over the limit; without one they are closed at once
---@overload fun(): LimitTotalConnectionsFactory
local LimitTotalConnectionsFactory = class("LimitTotalConnectionsFactory", protocol.ServerFactory)
LimitTotalConnectionsFactory.connectionCount = 0

---Makes a protocol, the overflow protocol over the limit, or none.
---@param addr any
---@return ProtocolWrapper|nil
function LimitTotalConnectionsFactory:buildProtocol(addr)
  local wrapped
  if self.connectionLimit == nil or self.connectionCount < self.connectionLimit then
    wrapped = protocol.ServerFactory.buildProtocol(self, addr)
  elseif self.overflowProtocol then
    wrapped = self.overflowProtocol()
    wrapped.factory = self
  else
    return nil
  end
  self.connectionCount = self.connectionCount + 1
  return wrapping.ProtocolWrapper(self, wrapped)
end

---Called by each of its protocols when its connection is there.
---@param wrapper ProtocolWrapper
function LimitTotalConnectionsFactory:registerProtocol() end

---Called by each of its protocols when its connection is gone.
---@param wrapper ProtocolWrapper
function LimitTotalConnectionsFactory:unregisterProtocol()
  self.connectionCount = self.connectionCount - 1
end

---Limits the number of connections from one host at a time.
---@class LimitConnectionsByPeer: WrappingFactory
---@field maxConnectionsPerPeer integer
---@field peerConnections table<string, integer> the number by host
---@overload fun(wrappedFactory: Factory): LimitConnectionsByPeer
local LimitConnectionsByPeer = class("LimitConnectionsByPeer", wrapping.WrappingFactory)
LimitConnectionsByPeer.maxConnectionsPerPeer = 5

function LimitConnectionsByPeer:__init(wrappedFactory)
  wrapping.WrappingFactory.__init(self, wrappedFactory)
  self.peerConnections = {}
end

---Refuses the connection when there are too many from that host.
---@param addr any
---@return ProtocolWrapper|nil
function LimitConnectionsByPeer:buildProtocol(addr)
  local count = self.peerConnections[addr.host] or 0
  if count >= self.maxConnectionsPerPeer then
    return nil
  end
  local wrapper = wrapping.WrappingFactory.buildProtocol(self, addr)
  if wrapper then
    -- Kept, since a transport need not know its peer any more when the connection is lost.
    wrapper._peerHost = addr.host
    self.peerConnections[addr.host] = count + 1
  end
  return wrapper
end

function LimitConnectionsByPeer:unregisterProtocol(wrapper)
  wrapping.WrappingFactory.unregisterProtocol(self, wrapper)
  local count = self.peerConnections[wrapper._peerHost] - 1
  self.peerConnections[wrapper._peerHost] = count > 0 and count or nil
end

return {
  LimitTotalConnectionsFactory = LimitTotalConnectionsFactory,
  LimitConnectionsByPeer = LimitConnectionsByPeer,
}
