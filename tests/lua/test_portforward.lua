-- Forwarded connections: the cases of PortforwardingTests in Twisted's test_protocols.py, and those it lacks.
local class = require("class")
local defer = require("twisted.internet.defer")
local log = require("twisted.python.log")
local net = require("net")
local portforward = require("twisted.protocols.portforward")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local await = defer.await

local Echo = class("Echo", net.Noting)

function Echo:dataReceived(data)
  net.Noting.dataReceived(self, data)
  self.transport:write(data)
end

local PortforwardingTests = class("PortforwardingTests", unittest.TestCase)

-- A port whose connections are forwarded to another.
function PortforwardingTests:forward(number)
  local factory = portforward.ProxyFactory("127.0.0.1", number)
  factory.noisy = false
  local port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
  self:addCleanup(function() return port:stopListening() end)
  return port
end

function PortforwardingTests:test_portforward()
  local target = net.listen(self, Echo)
  local client = await(net.connect(self, self:forward(target.port:getHost().port)).first)

  client.transport:write(("x"):rep(1000))

  self:assertEqual(await(client:received(1000)), ("x"):rep(1000))
  client.transport:loseConnection()
  net.reason(client)
  net.reason(await(target.first))
end

-- Only an end that never had another says that it had none.
function PortforwardingTests:test_anOrdinaryEndIsNotLogged()
  local lines = {}
  self:patch(log, "msg", function(text) lines[#lines + 1] = text end)
  local server, client = portforward.ProxyServer(), portforward.ProxyClient()
  server.transport, client.transport = testing.StringTransport(), testing.StringTransport()
  server.transport:registerProducer(client.transport, true)
  client.transport:registerProducer(server.transport, true)
  server:setPeer(client)
  client:setPeer(server)

  server:connectionLost(protocol.connectionDone)
  self:assertTrue(client.transport.disconnecting)
  client:connectionLost(protocol.connectionDone)
  self:assertEqual(lines, {})

  portforward.ProxyServer():connectionLost(protocol.connectionDone)
  self:assertEqual(#lines, 1)
end

function PortforwardingTests:test_registerProducers()
  local memory, server = testing.MemoryReactor(), portforward.ProxyFactory("127.0.0.1", 1234):buildProtocol(nil)
  local serverTransport, clientTransport = testing.StringTransport(), testing.StringTransport()
  server.reactor = memory

  server:makeConnection(serverTransport)
  self:assertEqual(serverTransport.producerState, "paused")
  local noted = memory.tcpClients[1]
  noted.factory:buildProtocol(nil):makeConnection(clientTransport)

  self:assertEqual({ noted[1], noted[2] }, { "127.0.0.1", 1234 })
  self:assertIs(clientTransport.producer, serverTransport)
  self:assertIs(serverTransport.producer, clientTransport)
  self:assertTrue(clientTransport.streaming and serverTransport.streaming)
  self:assertEqual(serverTransport.producerState, "producing")
end

-- What was sent before the end arrives, however slowly it is read.
function PortforwardingTests:test_allArrivesBeforeTheEnd()
  local target = net.listen(self)
  local client = await(net.connect(self, self:forward(target.port:getHost().port)).first)
  local bytes = ("0123456789"):rep(300000)

  client.transport:write(bytes)
  client.transport:loseConnection()

  local received = await(target.first)
  net.reason(received)
  self:assertEqual(#received.data, #bytes)
  self:assertTrue(received.data == bytes)
end

function PortforwardingTests:test_refused()
  local target = net.listen(self)
  local number = target.port:getHost().port
  await(target.port:stopListening())
  local port = self:forward(number)

  local client = await(net.connect(self, port).first)

  self:assertEqual(net.reason(client):check("ConnectionDone"), "ConnectionDone")
end

return PortforwardingTests
