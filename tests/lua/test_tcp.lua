-- TCP as a script sees it: listening, connecting, transports, and how connections end.
local class = require("class")
local defer = require("twisted.internet.defer")
local error_ = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local net = require("net")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")
local unittest = require("twisted.trial.unittest")

local await = defer.await
local Noting = net.Noting

local function reasonOf(d)
  return await(d)[1]
end

local ListeningTests = class("ListeningTests", unittest.TestCase)

function ListeningTests:test_listen()
  local port = net.listen(self).port

  local host = port:getHost()
  self:assertEqual(host.type, "TCP")
  self:assertEqual(host.host, "127.0.0.1")
  self:assertTrue(host.port > 0)
end

function ListeningTests:test_StopListening()
  local stopped = 0
  local factory = protocol.ServerFactory()
  function factory.stopFactory()
    stopped = stopped + 1
  end
  local port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
  local number = port:getHost().port

  self:assertIsNone(await(port:stopListening()))
  self:assertEqual(stopped, 1)
  local client = net.connect(self, number)
  self:assertIsInstance(reasonOf(client.failed).value, error_.ConnectionRefusedError)
end

function ListeningTests:test_stopListeningTwice()
  local port = reactor.listenTCP(0, protocol.ServerFactory(), { interface = "127.0.0.1" })

  local first, second = port:stopListening(), port:stopListening()

  self:assertIsNone(await(first))
  self:assertIsNone(await(second))
  self:assertIsNone(await(port:stopListening()))
end

function ListeningTests:test_restartListening()
  local listening = net.listen(self)
  await(listening.port:stopListening())
  listening.port:startListening()
  net.connect(self, listening.port)

  self:assertIsInstance(await(listening.first), Noting)
end

function ListeningTests:test_connectionsOutliveTheirPort()
  local server, client = net.pair(self)
  await(server.listening.port:stopListening())
  client.transport:write("still here")

  self:assertEqual(await(server:received(10)), "still here")
end

function ListeningTests:test_cannotBind()
  local port = net.listen(self).port
  local number = port:getHost().port

  local e = self:assertRaises(error_.CannotListenError, reactor.listenTCP, number, protocol.ServerFactory(), { interface = "127.0.0.1" })

  self:assertEqual(tostring(e), "Couldn't listen on 127.0.0.1:" .. number .. ": [Errno 98] Address already in use.")
  self:assertEqual(e.port, number)
  self:assertEqual(e.interface, "127.0.0.1")
end

function ListeningTests:test_wrongArgumentsAreRefusedWhereTheyAreGiven()
  local factory = protocol.ServerFactory()
  for _, port in ipairs({ -1, 65536, 1.5, "http", {} }) do
    self:assertRaises("#1", reactor.listenTCP, port, factory)
    self:assertRaises("#2", reactor.connectTCP, "127.0.0.1", port, factory)
  end
  self:assertRaises("factory expected", reactor.listenTCP, 0)
  self:assertRaises("interfaces", reactor.listenTCP, 0, factory, { interfaces = "127.0.0.1" })
end

local FactoryTests = class("FactoryTests", unittest.TestCase)

function FactoryTests:test_orderOfCalls()
  local events = {}
  local Client = class("Client", Noting)
  function Client:connectionMade()
    events[#events + 1] = "connectionMade " .. tostring(self.factory.connector.state)
    self.transport:loseConnection()
  end
  function Client:connectionLost()
    events[#events + 1] = "connectionLost"
  end
  local listening = net.listen(self)
  local client = net.client(Client)
  client.events = events
  local stopped = defer.Deferred()
  local stop = client.stopFactory
  function client:stopFactory()
    stop(self)
    stopped:callback(nil)
  end
  net.connect(self, listening.port, client)
  await(stopped)

  self:assertEqual(events, {
    "startFactory", "startedConnecting connecting", "connectionMade connected", "connectionLost",
    "clientConnectionLost disconnected", "stopFactory",
  })
end

function FactoryTests:test_refused()
  local port = net.listen(self).port
  local number = port:getHost().port
  await(port:stopListening())
  local client = net.connect(self, number)
  local atOnce = #client.events
  local reason = reasonOf(client.failed)
  await(net.turns())

  self:assertEqual(atOnce, 2)
  self:assertIsInstance(reason.value, error_.ConnectionRefusedError)
  self:assertEqual(reason:getErrorMessage(), "Connection was refused by other side: 111: Connection refused.")
  self:assertEqual(client.events,
    { "startFactory", "startedConnecting connecting", "clientConnectionFailed disconnected", "stopFactory" })
end

function FactoryTests:test_unknownHost()
  local client = net.client()
  reactor.connectTCP("no-such-host.invalid", 80, client)

  self:assertEqual(reasonOf(client.failed):getErrorMessage(), "DNS lookup failed: no-such-host.invalid.")
end

function FactoryTests:test_buildProtocolReturnsNoneServer()
  local listening = net.listen(self)
  function listening.buildProtocol()
    return nil
  end
  local client = net.connect(self, listening.port)

  self:assertIsInstance(reasonOf(client.lost).value, error_.ConnectionDone)
end

function FactoryTests:test_buildProtocolReturnsNoneClient()
  local client = net.client()
  function client.buildProtocol()
    return nil
  end
  net.connect(self, net.listen(self).port, client)

  self:assertIsInstance(reasonOf(client.lost).value, error_.ConnectionDone)
  self:assertFalse(client.failed.called)
end

function FactoryTests:test_buildProtocolRaisesServer()
  local listening = net.listen(self)
  function listening.buildProtocol()
    error("boom in buildProtocol")
  end
  local client = net.connect(self, listening.port)

  self:assertTrue(reasonOf(client.lost):check(error_.ConnectionClosed))
  self:assertIn("boom in buildProtocol", self:flushLoggedErrors()[1]:getErrorMessage())
end

function FactoryTests:test_buildProtocolRaisesClient()
  local client = net.client()
  function client.buildProtocol()
    error("boom in buildProtocol")
  end
  net.connect(self, net.listen(self).port, client)

  local reason = reasonOf(client.failed)
  self:assertIn("boom in buildProtocol", reason:getErrorMessage())
  self:flushLoggedErrors()
end

function FactoryTests:test_factoryWithoutProtocol()
  local factory = protocol.ServerFactory()
  local port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
  self:addCleanup(port.stopListening, port)
  local client = net.connect(self, port)
  reasonOf(client.lost)

  self:assertIn("protocol is not set", self:flushLoggedErrors()[1]:getErrorMessage())
end

local ConnectorTests = class("ConnectorTests", unittest.TestCase)

function ConnectorTests:test_connectorIdentity()
  local client = net.client()
  local told = {}
  function client:startedConnecting(connector)
    told[#told + 1] = connector
  end
  local lost = client.clientConnectionLost
  function client:clientConnectionLost(connector, reason)
    told[#told + 1] = connector
    lost(self, connector, reason)
  end
  net.connect(self, net.listen(self).port, client)
  local p = await(client.first)
  await(p.made)
  p.transport:loseConnection()
  await(client.lost)

  self:assertEqual(told[1], client.connector)
  self:assertEqual(told[2], client.connector)
end

function ConnectorTests:test_userFail()
  local client = net.client()
  function client:startedConnecting(connector)
    connector:stopConnecting()
  end
  net.connect(self, net.listen(self).port, client)

  local reason = reasonOf(client.failed)
  self:assertIs(reason.type, error_.UserError)
  self:assertEqual(reason:getErrorMessage(), "User aborted connection.")
end

function ConnectorTests:test_stopConnectingWhileConnected()
  local _, client = net.pair(self)
  local connector = client.connecting.connector

  local e = self:assertRaises(error_.NotConnectingError, connector.stopConnecting, connector)
  self:assertIn("we're not trying to connect", tostring(e))
  self:assertRaises("can't connect in this state", connector.connect, connector)
end

function ConnectorTests:test_reconnect()
  local listening = net.listen(self)
  local client = net.client()
  local again = defer.Deferred()
  function client:clientConnectionLost(connector)
    if #self.built == 1 then
      connector:connect()
    else
      again:callback(nil)
    end
  end
  local Client = class("Client", Noting)
  function Client:connectionMade()
    self.transport:loseConnection()
  end
  function client:buildProtocol()
    self.built[#self.built + 1] = Client()
    return self.built[#self.built]
  end
  net.connect(self, listening.port, client)
  await(again)

  self:assertEqual(#client.built, 2)
  self:assertEqual(client.connector.state, "disconnected")
end

function ConnectorTests:test_disconnect()
  local _, client = net.pair(self)
  client.connecting.connector:disconnect()

  self:assertIsInstance(net.reason(client).value, error_.ConnectionDone)
end

function ConnectorTests:test_getDestination()
  local client = net.connect(self, net.listen(self).port)
  local destination = client.connector:getDestination()
  await(client.first)

  self:assertEqual(destination.host, "127.0.0.1")
  self:assertEqual(destination.type, "TCP")
end

local ClosingTests = class("ClosingTests", unittest.TestCase)

function ClosingTests:test_loseConnectionByTheServer()
  local server, client = net.pair(self)
  server.transport:loseConnection()

  for _, p in ipairs({ server, client }) do
    local reason = net.reason(p)
    self:assertIs(reason.type, error_.ConnectionDone)
    self:assertEqual(reason:getErrorMessage(), "Connection was closed cleanly.")
  end
end

function ClosingTests:test_loseConnectionComesLater()
  local server = net.pair(self)
  server.transport:loseConnection()

  self:assertIsNone(server.reason)
  self:assertTrue(server.transport.disconnecting)
  net.reason(server)
  self:assertFalse(server.transport.connected)
  self:assertTrue(server.connected)
end

function ClosingTests:test_whatWasWrittenIsSentBeforeTheEnd()
  local data = ("0123456789"):rep(500000)
  local server, client = net.pair(self)
  server.transport:write(data)
  server.transport:loseConnection()

  self:assertIs(net.reason(client).type, error_.ConnectionDone)
  self:assertTrue(client.data == data, #client.data)
end

function ClosingTests:test_clientAbortsConnectionTwice()
  local server, client = net.pair(self)
  client.transport:abortConnection()
  client.transport:abortConnection()
  self:assertIsNone(client.reason)
  client.transport:write("for nobody")

  local reason = net.reason(client)
  self:assertIs(reason.type, error_.ConnectionAborted)
  self:assertEqual(reason:getErrorMessage(), "Connection was aborted locally using ITCPTransport.abortConnection.")
  reason = net.reason(server)
  self:assertIs(reason.type, error_.ConnectionLost)
  self:assertEqual(reason:getErrorMessage(), "Connection to the other side was lost in a non-clean fashion.")
end

function ClosingTests:test_writeAfterDisconnect()
  local server, client = net.pair(self)
  server.transport:loseConnection()
  net.reason(server)
  net.reason(client)

  server.transport:write("nobody hears")
  server.transport:writeSequence({ "nobody", "hears" })
  server.transport:loseConnection()
  server.transport:abortConnection()
  self:assertEqual(client.data, "")
end

function ClosingTests:test_aReplyToAPeerThatClosedItsHalfArrives()
  local Server = class("Server", Noting)
  function Server:dataReceived(data)
    self.transport:write("reply to " .. data)
  end
  local HalfClient = class("HalfClient", Noting)
  function HalfClient:readConnectionLost()
    self.transport:loseConnection()
  end
  function HalfClient:writeConnectionLost() end
  local _, client = net.pair(self, Server, HalfClient)
  client.transport:write("hello")
  client.transport:loseWriteConnection()
  net.reason(client)

  self:assertEqual(client.data, "reply to hello")
end

local HalfCloseTests = class("HalfCloseTests", unittest.TestCase)

local Half = class("Half", Noting)

function Half:__init()
  Noting.__init(self)
  self.readLost, self.writeLost = defer.Deferred(), defer.Deferred()
end

function Half:readConnectionLost()
  self.readLost:callback(nil)
end

function Half:writeConnectionLost()
  self.writeLost:callback(nil)
end

function HalfCloseTests:test_WriteCloseNotification()
  local server, client = net.pair(self, Half, Half)
  client.transport:write("last words")
  client.transport:loseWriteConnection()
  await(client.writeLost)
  await(server.readLost)
  server.transport:write("still heard")

  self:assertEqual(await(client:received(11)), "still heard")
  self:assertEqual(server.data, "last words")
  server.transport:loseWriteConnection()
  self:assertTrue(net.reason(client):check(error_.ConnectionDone))
  self:assertTrue(net.reason(server):check(error_.ConnectionDone))
end

function HalfCloseTests:test_NoNotification()
  local server, client = net.pair(self, Noting, Half)
  client.transport:loseWriteConnection()

  self:assertTrue(net.reason(server):check(error_.ConnectionDone))
  self:assertTrue(net.reason(client):check(error_.ConnectionDone))
end

local ErrorTests = class("ErrorTests", unittest.TestCase)

local function raisingIn(method)
  local Raising = class("Raising", Noting)
  Raising[method] = function()
    error(exception.ValueError("boom in " .. method))
  end
  return Raising
end

function ErrorTests:test_dataReceivedThrows()
  local server, client = net.pair(self, raisingIn("dataReceived"))
  client.transport:write("x")

  local reason = net.reason(server)
  self:assertIs(reason.type, exception.ValueError)
  self:assertEqual(reason:getErrorMessage(), "boom in dataReceived")
  self:assertIs(net.reason(client).type, error_.ConnectionDone)
  self:assertEqual(#self:flushLoggedErrors(exception.ValueError), 1)
end

function ErrorTests:test_connectionMadeThrowsServer()
  local listening = net.listen(self, raisingIn("connectionMade"))
  local client = net.connect(self, listening.port)
  local server = await(listening.first)

  self:assertIs(net.reason(server).type, exception.ValueError)
  self:assertTrue(reasonOf(client.lost):check(error_.ConnectionClosed))
  self:assertEqual(#self:flushLoggedErrors(exception.ValueError), 1)
end

function ErrorTests:test_connectionMadeThrowsClient()
  local client = net.connect(self, net.listen(self).port, net.client(raisingIn("connectionMade")))

  self:assertIs(reasonOf(client.lost).type, exception.ValueError)
  self:assertIs(client.built[1].reason.type, exception.ValueError)
  self:assertEqual(#self:flushLoggedErrors(exception.ValueError), 1)
end

function ErrorTests:test_connectionLostThrows()
  local server, client = net.pair(self, raisingIn("connectionLost"))
  client.transport:loseConnection()
  net.reason(client)
  while server.transport.connected do
    await(net.turns())
  end

  self:assertEqual(#self:flushLoggedErrors(exception.ValueError), 1)
end

local TransportTests = class("TransportTests", unittest.TestCase)

function TransportTests:test_addresses()
  local server, client = net.pair(self)
  local port = server.listening.port:getHost()

  self:assertEqual(server.transport:getHost().port, port.port)
  self:assertEqual(client.transport:getPeer().port, port.port)
  self:assertEqual(client.transport:getPeer().host, "127.0.0.1")
  self:assertEqual(client.transport:getHost().port, server.transport:getPeer().port)
end

function TransportTests:test_writesOfOneTurnArriveTogether()
  local server, client = net.pair(self)
  for i = 0, 4 do
    client.transport:write("<" .. i .. ">")
  end
  client.transport:writeSequence({ "<5>", "", "<6>" })
  await(server:received(21))

  self:assertEqual(server.chunks, { "<0><1><2><3><4><5><6>" })
end

function TransportTests:test_writeSequenceWithUnicodeRaisesException()
  local server = net.pair(self)
  local transport = server.transport

  self:assertRaises("string expected", transport.write, transport, nil)
  self:assertRaises("string expected", transport.write, transport, {})
  self:assertRaises(nil, transport.writeSequence, transport, { "fine", {} })
  self:assertRaises(nil, transport.writeSequence, transport, "text")
end

function TransportTests:test_bytesAreBytes()
  local all = {}
  for byte = 0, 255 do
    all[#all + 1] = string.char(byte)
  end
  local text = table.concat(all)
  local server, client = net.pair(self)
  client.transport:write(text)

  self:assertEqual(await(server:received(256)), text)
end

function TransportTests:test_tcpNoDelay()
  local server = net.pair(self)
  local transport = server.transport

  transport:setTcpNoDelay(true)
  self:assertIs(transport:getTcpNoDelay(), true)
  transport:setTcpNoDelay(0)
  self:assertIs(transport:getTcpNoDelay(), false)
end

function TransportTests:test_tcpKeepAlive()
  local server = net.pair(self)
  local transport = server.transport

  self:assertIs(transport:getTcpKeepAlive(), false)
  transport:setTcpKeepAlive(1)
  self:assertIs(transport:getTcpKeepAlive(), true)
end

function TransportTests:test_stopStartReading()
  local server, client = net.pair(self)
  server.transport:pauseProducing()
  client.transport:write("held back")
  await(net.turns(3))
  local whilePaused = server.data
  server.transport:resumeProducing()

  self:assertEqual(whilePaused, "")
  self:assertEqual(await(server:received(9)), "held back")
end

function TransportTests:test_connectionLostAfterPausedTransport()
  local server, client = net.pair(self)
  server.transport:pauseProducing()
  client.transport:write("last")
  client.transport:loseConnection()
  await(net.turns(3))
  self:assertIsNone(server.reason)
  server.transport:resumeProducing()

  self:assertIs(net.reason(server).type, error_.ConnectionDone)
  self:assertEqual(server.data, "last")
end

local ProducerTests = class("ProducerTests", unittest.TestCase)

local Producer = class("Producer")

function Producer:__init(transport, pieces)
  self.transport, self.pieces, self.events = transport, pieces, {}
end

function Producer:pauseProducing()
  self.events[#self.events + 1] = "pause"
  self.paused = true
end

function Producer:stopProducing()
  self.events[#self.events + 1] = "stop"
end

function Producer:resumeProducing()
  self.events[#self.events + 1] = "resume"
  self.paused = false
  repeat
    if self.pieces == 0 then
      self.transport:unregisterProducer()
      self.transport:loseConnection()
      return
    end
    self.pieces = self.pieces - 1
    self.transport:write(("x"):rep(100000))
  until self.paused or not self.isPush
end

function ProducerTests:test_streamingProducer()
  local server, client = net.pair(self)
  local producer = Producer(server.transport, 50)
  producer.isPush = true
  server.transport:registerProducer(producer, true)
  producer:resumeProducing()
  net.reason(client)

  self:assertEqual(#client.data, 5000000)
  self:assertIn("pause", producer.events)
end

function ProducerTests:test_nonStreamingProducer()
  local server, client = net.pair(self)
  local producer = Producer(server.transport, 20)
  server.transport:registerProducer(producer, false)
  net.reason(client)

  self:assertEqual(#client.data, 2000000)
  self:assertNotIn("pause", producer.events)
end

function ProducerTests:test_doubleProducer()
  local server = net.pair(self)
  server.transport:registerProducer(Producer(), true)

  local e = self:assertRaises(exception.RuntimeError, server.transport.registerProducer, server.transport, Producer(), true)
  self:assertIn("never unregistered", tostring(e))
  server.transport:unregisterProducer()
end

function ProducerTests:test_aLostConnectionStopsItsProducer()
  local server, client = net.pair(self)
  local producer = Producer()
  server.transport:registerProducer(producer, true)
  client.transport:abortConnection()
  net.reason(server)
  local late = Producer()
  server.transport:registerProducer(late, true)

  self:assertEqual(producer.events, { "stop" })
  self:assertEqual(late.events, { "stop" })
end

return {
  ListeningTests, FactoryTests, ConnectorTests, ClosingTests, HalfCloseTests, ErrorTests, TransportTests, ProducerTests,
}
