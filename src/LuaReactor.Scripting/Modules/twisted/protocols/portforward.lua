-- Forwards connections to another port, each end reading only as fast as the other takes. Twisted's `portforward`.
local class = require("class")
local log = require("twisted.python.log")
local protocol = require("twisted.internet.protocol")

---One of the two ends.
---@class Proxy: Protocol
---@field peer Proxy|nil the other end
---@field noisy boolean whether it is logged that there was no other end
---@overload fun(): Proxy
local Proxy = class("Proxy", protocol.Protocol)
Proxy.noisy = true

---Says which is the other end.
---@param peer Proxy
function Proxy:setPeer(peer)
  self.peer = peer
end

---Closes the other end once that has sent what came from here.
---@param reason Failure
function Proxy:connectionLost(reason)
  local peer = self.peer
  if peer then
    self.peer = nil
    -- This transport produces nothing more, and the other would wait for it.
    peer.transport:unregisterProducer()
    peer.transport:loseConnection()
  elseif self.noisy then
    log.msg("Unable to connect to peer: " .. tostring(reason))
  end
end

---Passes on what has arrived.
---@param data string
function Proxy:dataReceived(data)
  self.peer.transport:write(data)
end

---The end that connects to the other port.
---@class ProxyClient: Proxy
---@overload fun(): ProxyClient
local ProxyClient = class("ProxyClient", Proxy)

function ProxyClient:connectionMade()
  self.peer:setPeer(self)
  self.transport:registerProducer(self.peer.transport, true)
  self.peer.transport:registerProducer(self.transport, true)
  self.peer.transport:resumeProducing()
end

---Makes the ProxyClient for one ProxyServer, whose connection it closes when there is none.
---@class ProxyClientFactory: ClientFactory
---@field server ProxyServer the end whose connection is forwarded
---@overload fun(): ProxyClientFactory
local ProxyClientFactory = class("ProxyClientFactory", protocol.ClientFactory)
ProxyClientFactory.protocol = ProxyClient

---Says whose connection is forwarded.
---@param server ProxyServer
function ProxyClientFactory:setServer(server)
  self.server = server
end

function ProxyClientFactory:buildProtocol(addr)
  local client = protocol.ClientFactory.buildProtocol(self, addr)
  client:setPeer(self.server)
  return client
end

function ProxyClientFactory:clientConnectionFailed()
  self.server.transport:loseConnection()
end

---The end that was connected to; it connects to the host and port of its factory.
---@class ProxyServer: Proxy
---@field clientProtocolFactory table the class of factory for the other end
---@field reactor table|nil by default the reactor
---@overload fun(): ProxyServer
local ProxyServer = class("ProxyServer", Proxy)
ProxyServer.clientProtocolFactory = ProxyClientFactory

function ProxyServer:connectionMade()
  -- Nothing is read until there is somewhere to send it.
  self.transport:pauseProducing()
  local client = self.clientProtocolFactory()
  client:setServer(self)
  self.reactor = self.reactor or require("twisted.internet.reactor")
  self.reactor:connectTCP(self.factory.host, self.factory.port, client)
end

---Forwards each of its connections to a host and port.
---@class ProxyFactory: Factory
---@field host string
---@field port integer
---@overload fun(host: string, port: integer): ProxyFactory
local ProxyFactory = class("ProxyFactory", protocol.Factory)
ProxyFactory.protocol = ProxyServer

function ProxyFactory:__init(host, port)
  self.host, self.port = host, port
end

return {
  Proxy = Proxy,
  ProxyClient = ProxyClient,
  ProxyClientFactory = ProxyClientFactory,
  ProxyServer = ProxyServer,
  ProxyFactory = ProxyFactory,
}
