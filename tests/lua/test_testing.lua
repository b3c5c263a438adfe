-- The doubles for tests: the cases of Twisted's internet/test/test_testing.py.
local address = require("twisted.internet.address")
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local interfaces = require("interfaces")
local protocol = require("twisted.internet.protocol")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local StringTransportTests = class("StringTransportTests", unittest.TestCase)

function StringTransportTests:setUp()
  self.transport = testing.StringTransport()
end

function StringTransportTests:test_write()
  self.transport:write("foo")
  self.transport:writeSequence({ "b", "ar" })
  self:assertEqual(self.transport:value(), "foobar")

  self.transport:clear()

  self:assertEqual(self.transport:value(), "")
end

function StringTransportTests:test_noUnicode()
  self:assertRaises(exception.TypeError, self.transport.write, self.transport, 5)
  self:assertRaises(exception.TypeError, self.transport.write, self.transport, nil)
end

-- The methods of ITransport, IConsumer and IPushProducer.
function StringTransportTests:test_interfaces()
  interfaces.provides(self, self.transport, interfaces.transport, interfaces.consumer, interfaces.pushProducer)
end

function StringTransportTests:test_registerProducer()
  local producer = {}

  self.transport:registerProducer(producer, true)

  self:assertEqual(self.transport.producer, producer)
  self:assertTrue(self.transport.streaming)
end

function StringTransportTests:test_disallowedRegisterProducer()
  local producer = {}
  self.transport:registerProducer(producer, true)

  self:assertRaises(exception.RuntimeError, self.transport.registerProducer, self.transport, {}, false)

  self:assertEqual(self.transport.producer, producer)
  self:assertTrue(self.transport.streaming)
end

function StringTransportTests:test_unregisterProducer()
  self.transport:registerProducer({}, false)

  self.transport:unregisterProducer()

  self:assertEqual(self.transport.producer, nil)
  self.transport:registerProducer({}, true)
end

function StringTransportTests:test_invalidUnregisterProducer()
  self:assertRaises(exception.RuntimeError, self.transport.unregisterProducer, self.transport)
end

function StringTransportTests:test_initialProducerState()
  self:assertEqual(self.transport.producerState, "producing")
end

function StringTransportTests:test_pauseProducing()
  self.transport:pauseProducing()

  self:assertEqual(self.transport.producerState, "paused")
end

function StringTransportTests:test_resumeProducing()
  self.transport:pauseProducing()

  self.transport:resumeProducing()

  self:assertEqual(self.transport.producerState, "producing")
end

function StringTransportTests:test_stopProducing()
  self.transport:stopProducing()

  self:assertEqual(self.transport.producerState, "stopped")
end

function StringTransportTests:test_stoppedTransportCannotPause()
  self.transport:stopProducing()

  self:assertRaises(exception.RuntimeError, self.transport.pauseProducing, self.transport)
  self:assertEqual(self.transport.producerState, "stopped")
end

function StringTransportTests:test_stoppedTransportCannotResume()
  self.transport:stopProducing()

  self:assertRaises(exception.RuntimeError, self.transport.resumeProducing, self.transport)
  self:assertEqual(self.transport.producerState, "stopped")
end

function StringTransportTests:test_disconnectingTransportCannotPause()
  self.transport:loseConnection()

  self:assertRaises(exception.RuntimeError, self.transport.pauseProducing, self.transport)
end

function StringTransportTests:test_disconnectingTransportCannotResume()
  self.transport:loseConnection()

  self:assertRaises(exception.RuntimeError, self.transport.resumeProducing, self.transport)
end

function StringTransportTests:test_loseConnectionSetsDisconnecting()
  self:assertFalse(self.transport.disconnecting)
  self.transport:loseConnection()
  self:assertTrue(self.transport.disconnecting)
  self:assertFalse(self.transport.disconnected)
end

function StringTransportTests:test_abortConnection()
  self.transport:abortConnection()

  self:assertTrue(self.transport.disconnected)
  self:assertTrue(self.transport.disconnecting)
end

function StringTransportTests:test_specifiedHostAddress()
  local host = address.IPv4Address("TCP", "127.0.0.1", 1)

  self:assertIs(testing.StringTransport(host):getHost(), host)
end

function StringTransportTests:test_specifiedPeerAddress()
  local peer = address.IPv4Address("TCP", "127.0.0.1", 2)

  self:assertIs(testing.StringTransport(nil, peer):getPeer(), peer)
end

function StringTransportTests:test_defaultHostAddress()
  self:assertTrue(self.transport:getHost() == address.IPv4Address("TCP", "10.0.0.1", 12345))
end

function StringTransportTests:test_defaultPeerAddress()
  self:assertTrue(self.transport:getPeer() == address.IPv4Address("TCP", "192.168.1.1", 54321))
end

local StringTransportWithDisconnectionTests = class("StringTransportWithDisconnectionTests", unittest.TestCase)

function StringTransportWithDisconnectionTests:test_loseConnectionTellsTheProtocolOnce()
  local transport, proto = testing.StringTransportWithDisconnection(), protocol.Protocol()
  local reasons = {}
  function proto:connectionLost(reason)
    reasons[#reasons + 1] = reason
  end
  transport.protocol = proto
  proto:makeConnection(transport)

  transport:loseConnection()
  transport:loseConnection()

  self:assertEqual(#reasons, 1)
  self:assertEqual(reasons[1]:check(errors.ConnectionDone), errors.ConnectionDone)
  self:assertFalse(transport.connected)
end

local ReactorTests = class("ReactorTests", unittest.TestCase)

function ReactorTests:setUp()
  self.reactor = testing.MemoryReactor()
end

-- The methods of IReactorTCP, IReactorSSL and IReactorUNIX.
function ReactorTests:test_memoryReactorProvides()
  interfaces.provides(self, self.reactor, interfaces.reactorTCP, interfaces.reactorSSL, interfaces.reactorUNIX)
end

function ReactorTests:test_connectDestination()
  local reactor, factory = self.reactor, protocol.ClientFactory()
  for _, connector in ipairs({
    reactor.connectTCP("test.example.com", 8321, factory),
    reactor:connectSSL("test.example.com", 8321, factory, nil),
  }) do
    self:assertTrue(connector:getDestination() == address.IPv4Address("TCP", "test.example.com", 8321))
  end
  local unix = reactor.connectUNIX("/fake/path", factory)
  self:assertEqual(unix:getDestination().name, "/fake/path")
  self:assertTrue(reactor.connectTCP("::1", 8321, factory):getDestination() == address.IPv6Address("TCP", "::1", 8321))
end

function ReactorTests:test_startedConnecting()
  local told
  local factory = protocol.ClientFactory()
  function factory:startedConnecting(connector) told = connector end

  local connector = self.reactor.connectTCP("host", 1, factory)

  self:assertIs(told, connector)
  self:assertIs(self.reactor.connectors[1], connector)
  connector:stopConnecting()
  self:assertTrue(connector.stoppedConnecting)
end

function ReactorTests:test_listenDefaultHost()
  local reactor, factory = self.reactor, protocol.Factory()
  for _, port in ipairs({ reactor.listenTCP(8242, factory), reactor.listenSSL(8242, factory, nil) }) do
    self:assertTrue(port:getHost() == address.IPv4Address("TCP", "0.0.0.0", 8242))
  end
  self:assertEqual(reactor.listenUNIX("/path/to/socket", factory):getHost().name, "/path/to/socket")
  local six = reactor.listenTCP(8242, factory, { interface = "::1" })
  self:assertTrue(six:getHost() == address.IPv6Address("TCP", "::1", 8242))
  self:assertIsNone(self:successResultOf(six:stopListening()))
end

function ReactorTests:test_arguments()
  local factory = protocol.ClientFactory()
  self.reactor.listenTCP(80, factory, { backlog = 5, interface = "127.0.0.1" })
  self.reactor.connectTCP("host", 80, factory, { timeout = 3 })

  self:assertEqual(self.reactor.tcpServers, { { 80, factory, 5, "127.0.0.1", factory = factory } })
  self:assertEqual(self.reactor.tcpClients, { { "host", 80, factory, 3, factory = factory } })
end

function ReactorTests:test_unknownOption()
  self:assertRaises(exception.TypeError, self.reactor.listenTCP, 80, protocol.Factory(), { backlogs = 5 })
end

function ReactorTests:test_run()
  local seen = {}
  self.reactor.callWhenRunning(function(...)
    seen = { self.reactor.running, ... }
    self.reactor.callWhenRunning(table.insert, seen, "at once")
  end, 1, 2)
  self:assertFalse(self.reactor.hasRun)

  self.reactor.run()

  self:assertEqual(seen, { true, 1, 2, "at once" })
  self:assertTrue(self.reactor.hasRun)
  self:assertTrue(self.reactor.hasStopped)
  self:assertFalse(self.reactor.running)
end

function ReactorTests:test_triggers()
  local function f() end

  self.reactor.addSystemEventTrigger("before", "shutdown", f, 1)

  self:assertEqual(self.reactor.triggers, { before = { shutdown = { { f, 1, n = 2 } } } })
  self:assertRaises(exception.NotImplementedError, self.reactor.iterate)
end

function ReactorTests:test_memoryReactorClock()
  local reactor, seen = testing.MemoryReactorClock(), {}
  reactor.callLater(2, table.insert, seen, "called")
  reactor.listenTCP(80, protocol.Factory())

  reactor.advance(2)

  self:assertEqual(seen, { "called" })
  self:assertEqual(#reactor.tcpServers, 1)
end

function ReactorTests:test_raisingReactorProvides()
  local reactor = testing.RaisingMemoryReactor(errors.CannotListenError("", 1, "no"), errors.ConnectError())
  for _, kind in ipairs({ "TCP", "SSL", "UNIX" }) do
    self:assertRaises(errors.CannotListenError, reactor["listen" .. kind], 1)
    self:assertRaises(errors.ConnectError, reactor["connect" .. kind], 1)
  end
end

local ProtocolsTests = class("ProtocolsTests", unittest.TestCase)

function ProtocolsTests:test_accumulatingProtocol()
  local factory = protocol.Factory:forProtocol(testing.AccumulatingProtocol)
  local made, closed = defer.Deferred(), defer.Deferred()
  factory.protocolConnectionMade = made
  local proto, transport = factory:buildProtocol(nil), testing.StringTransportWithDisconnection()
  transport.protocol, proto.closedDeferred = proto, closed

  proto:makeConnection(transport)
  proto:dataReceived("some")
  proto:dataReceived("thing")
  transport:loseConnection()

  self:assertIs(self:successResultOf(made), proto)
  self:assertEqual(proto.data, "something")
  self:assertIsNone(self:successResultOf(closed))
  self:assertTrue(proto.made and proto.closed)
  self:assertIs(proto.closedReason.type, errors.ConnectionDone)
end

function ProtocolsTests:test_lineSendingProtocol()
  for _, start in ipairs({ true, false }) do
    local proto, transport = testing.LineSendingProtocol({ "one", "two" }, start), testing.StringTransport()
    proto:makeConnection(transport)
    self:assertEqual(transport:value(), start and "one\r\ntwo\r\n" or "")

    proto:dataReceived("hello\r\n")

    self:assertEqual(transport:value(), "one\r\ntwo\r\n")
    self:assertEqual(proto.response, { "hello" })
  end
end

function ProtocolsTests:test_fakeDatagramTransport()
  local transport = testing.FakeDatagramTransport()

  transport:write("packet", "somewhere")

  self:assertEqual(transport.written, { { "packet", "somewhere" } })
end

local NonStreamingProducerTests = class("NonStreamingProducerTests", unittest.TestCase)

function NonStreamingProducerTests:test_producesOnly10Times()
  local consumer = testing.StringTransport()
  local producer = testing.NonStreamingProducer(consumer)
  consumer:registerProducer(producer, false)

  for _ = 1, 10 do
    producer:resumeProducing()
  end

  self:assertEqual(consumer:value(), "0123456789")
  self:assertIsNone(consumer.producer)
  self:assertIsNone(self:successResultOf(producer.result))
  self:assertRaises(exception.RuntimeError, producer.resumeProducing, producer)
end

function NonStreamingProducerTests:test_cannotPauseProduction()
  local producer = testing.NonStreamingProducer(testing.StringTransport())

  self:assertRaises(exception.RuntimeError, producer.pauseProducing, producer)
end

local IOPumpTests = class("IOPumpTests", unittest.TestCase)

local Greeter = class("Greeter", testing.AccumulatingProtocol)

function Greeter:connectionMade()
  self.transport:write("welcome")
end

function IOPumpTests:setUp()
  self.client, self.server, self.pump =
    testing.connectedServerAndClient(Greeter, testing.AccumulatingProtocol)
end

function IOPumpTests:test_greet()
  self:assertEqual(self.client.data, "welcome")

  local client, _, pump =
    testing.connectedServerAndClient(Greeter, testing.AccumulatingProtocol, { greet = false })
  self:assertEqual(client.data, "")
  self:assertTrue(pump:flush())
  self:assertEqual(client.data, "welcome")
end

function IOPumpTests:test_writeNeverDeliversAtOnce()
  self.client.transport:write("a")
  self.client.transport:writeSequence({ "b", "c" })
  self:assertEqual(self.server.data, "")

  self:assertTrue(self.pump:pump())

  self:assertEqual(self.server.data, "abc")
  self:assertFalse(self.pump:pump())
end

function IOPumpTests:test_addresses()
  self:assertTrue(self.client.transport:getPeer() == self.server.transport:getHost())
  self:assertTrue(self.server.transport:getPeer() == self.client.transport:getHost())
end

function IOPumpTests:test_loseConnectionDeliversFirst()
  self.client.transport:write("last words")
  self.client.transport:loseConnection()
  self.client.transport:write("too late")

  self.pump:flush()

  self:assertEqual(self.server.data, "last words")
  self:assertIs(self.server.closedReason.type, errors.ConnectionDone)
  self:assertIs(self.client.closedReason.type, errors.ConnectionDone)
end

function IOPumpTests:test_abortConnection()
  self.server.transport:write("never seen")
  self.server.transport:abortConnection()

  self.pump:flush()

  self:assertEqual(self.client.data, "welcome")
  self:assertIs(self.server.closedReason.type, errors.ConnectionAborted)
  self:assertIs(self.client.closedReason.type, errors.ConnectionLost)
end

function IOPumpTests:test_pauseProducing()
  self.server.transport:pauseProducing()
  self.client.transport:write("data")
  self.pump:flush()
  self:assertEqual(self.server.data, "")

  self.server.transport:resumeProducing()
  self.pump:flush()
  self:assertEqual(self.server.data, "data")
end

function IOPumpTests:test_pullProducer()
  local transport = self.client.transport
  transport:registerProducer(testing.NonStreamingProducer(transport), false)

  self.pump:flush()

  self:assertEqual(self.server.data, "0123456789")
end

function IOPumpTests:test_endlessTalk()
  local Echo = class("Echo", protocol.Protocol)
  function Echo:dataReceived(data) self.transport:write(data) end
  local client, _, pump = testing.connectedServerAndClient(Echo, Echo)
  client.transport:write("x")

  self:assertRaises(exception.AssertionError, pump.flush, pump)
end

return {
  StringTransportTests,
  StringTransportWithDisconnectionTests,
  ReactorTests,
  ProtocolsTests,
  NonStreamingProducerTests,
  IOPumpTests,
}
