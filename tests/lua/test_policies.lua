-- Policies: the cases of Twisted's test_policies.py, and those it lacks.
local address = require("twisted.internet.address")
local basic = require("twisted.protocols.basic")
local class = require("class")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local policies = require("twisted.protocols.policies")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")
local task = require("twisted.internet.task")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local someAddress = address.IPv4Address("TCP", "127.0.0.1", 35)

local EchoProtocol = class("EchoProtocol", protocol.Protocol)
EchoProtocol.paused = false
EchoProtocol.disconnected = false

function EchoProtocol:dataReceived(data)
  self.transport:write(data)
end

function EchoProtocol:connectionLost()
  self.disconnected = true
end

function EchoProtocol:pauseProducing()
  self.paused = true
end

function EchoProtocol:resumeProducing()
  self.paused = false
end

local Server = class("Server", protocol.ServerFactory)
Server.protocol = EchoProtocol

-- Has a factory make a protocol, and connects it.
local function connect(factory)
  local wrapper = factory:buildProtocol(someAddress)
  local transport = testing.StringTransportWithDisconnection()
  transport.protocol = wrapper
  wrapper:makeConnection(transport)
  return wrapper, transport
end

local function count(set)
  local n = 0
  for _ in pairs(set) do
    n = n + 1
  end
  return n
end

local WrapperTests = class("WrapperTests", unittest.TestCase)

function WrapperTests:setUp()
  self.factory = policies.WrappingFactory(Server())
end

function WrapperTests:test_protocolFactoryAttribute()
  local wrapper = self.factory:buildProtocol(someAddress)

  self:assertIs(wrapper.wrappedProtocol.factory, self.factory.wrappedFactory)
  self:assertIs(wrapper.factory, self.factory)
end

function WrapperTests:test_transportInterfaces()
  local wrapper, transport = connect(self.factory)

  self:assertIs(wrapper.wrappedProtocol.transport, wrapper)
  wrapper:pauseProducing()
  self:assertEqual(transport.producerState, "paused")
  wrapper:resumeProducing()
  self:assertEqual(transport.producerState, "producing")
end

function WrapperTests:test_factoryLogPrefix()
  self:assertEqual(self.factory:logPrefix(), "Server (WrappingFactory)")
end

function WrapperTests:test_factoryLogPrefixFallback()
  local NoFactory = class("NoFactory")

  self:assertEqual(policies.WrappingFactory(NoFactory()):logPrefix(), "NoFactory (WrappingFactory)")
end

function WrapperTests:test_protocolLogPrefix()
  self:assertEqual(self.factory:buildProtocol(someAddress):logPrefix(), "EchoProtocol (ProtocolWrapper)")
end

function WrapperTests:test_protocolLogPrefixFallback()
  self.factory.wrappedFactory.protocol = class("NoProtocol")

  self:assertEqual(self.factory:buildProtocol(someAddress):logPrefix(), "NoProtocol (ProtocolWrapper)")
end

function WrapperTests:test_getHost()
  local wrapper, transport = connect(self.factory)
  self:assertIs(wrapper:getHost(), transport:getHost())
end

function WrapperTests:test_getPeer()
  local wrapper, transport = connect(self.factory)
  self:assertIs(wrapper:getPeer(), transport:getPeer())
end

function WrapperTests:test_registerProducer()
  local wrapper, transport = connect(self.factory)
  local producer = {}

  wrapper:registerProducer(producer, true)

  self:assertIs(transport.producer, producer)
  self:assertTrue(transport.streaming)
end

function WrapperTests:test_unregisterProducer()
  local wrapper, transport = connect(self.factory)
  wrapper:registerProducer({}, true)

  wrapper:unregisterProducer()

  self:assertIsNone(transport.producer)
  self:assertIsNone(transport.streaming)
end

function WrapperTests:test_stopConsuming()
  local wrapper, transport = connect(self.factory)
  local stopped = 0
  function transport:stopConsuming()
    stopped = stopped + 1
  end

  wrapper:stopConsuming()

  self:assertEqual(stopped, 1)
end

function WrapperTests:assertPassedOn(method, ...)
  local seen
  local inner = { [method] = function(_, ...) seen = { ... } end }
  local wrapper = policies.WrappingFactory(inner)

  wrapper[method](wrapper, ...)

  self:assertEqual(seen, { ... })
end

function WrapperTests:test_startedConnecting()
  self:assertPassedOn("startedConnecting", "connector")
end

function WrapperTests:test_clientConnectionLost()
  self:assertPassedOn("clientConnectionLost", "connector", "reason")
end

function WrapperTests:test_clientConnectionFailed()
  self:assertPassedOn("clientConnectionFailed", "connector", "reason")
end

function WrapperTests:test_breakReferenceCycle()
  local wrapper, transport = connect(self.factory)
  self:assertTrue(self.factory.protocols[wrapper])

  transport:loseConnection()

  self:assertIsNone(wrapper.wrappedProtocol)
  self:assertEqual(self.factory.protocols, {})
end

function WrapperTests:test_refusedConnection()
  self.factory.wrappedFactory.buildProtocol = function() end

  self:assertIsNone(self.factory:buildProtocol(someAddress))
end

function WrapperTests:test_startAndStop()
  local inner = self.factory.wrappedFactory
  inner.noisy, self.factory.noisy = false, false

  self.factory:doStart()
  self:assertEqual(inner.numPorts, 1)
  self.factory:doStop()
  self:assertEqual(inner.numPorts, 0)
end

function WrapperTests:test_halfCloseIsPassedOn()
  local seen = {}
  local Half = class("Half", EchoProtocol)
  function Half:readConnectionLost() seen[#seen + 1] = "read" end
  function Half:writeConnectionLost() seen[#seen + 1] = "write" end
  self:assertIsNone(self.factory:buildProtocol(someAddress).readConnectionLost)
  self.factory.wrappedFactory.protocol = Half

  local wrapper = self.factory:buildProtocol(someAddress)
  wrapper:readConnectionLost()
  wrapper:writeConnectionLost()

  self:assertEqual(seen, { "read", "write" })
end

-- Over real sockets, with a protocol whose framing is done in C#.
function WrapperTests:test_lineReceiver()
  local Lines = class("Lines", basic.LineReceiver)
  function Lines:lineReceived(line)
    self:sendLine("You said: " .. line)
    self.transport:loseConnection()
  end
  local factory = policies.WrappingFactory(protocol.ServerFactory:forProtocol(Lines))
  local port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
  local lost, answer = defer.Deferred(), ""
  local Client = class("Client", protocol.Protocol)
  function Client:connectionMade() self.transport:write("hel") self.transport:write("lo\r\nignored") end
  function Client:dataReceived(data) answer = answer .. data end
  function Client:connectionLost() lost:callback(nil) end

  reactor.connectTCP("127.0.0.1", port:getHost().port, protocol.ClientFactory:forProtocol(Client))
  defer.await(lost)

  self:assertEqual(answer, "You said: hello\r\n")
  defer.await(port:stopListening())
  self:assertEqual(factory.protocols, {})
end

local ThrottlingTests = class("ThrottlingTests", unittest.TestCase)

function ThrottlingTests:throttle(...)
  local clock = task.Clock()
  local factory = policies.ThrottlingFactory(Server(), ...)
  function factory:callLater(period, f)
    return clock:callLater(period, f)
  end
  return factory, clock
end

function ThrottlingTests:test_limit()
  local factory = self:throttle(2)
  local _, first = connect(factory)
  connect(factory)

  self:assertIsNone(factory:buildProtocol(someAddress))
  self:assertEqual(count(factory.protocols), 2)

  first:loseConnection()
  connect(factory)
  self:assertIsNone(factory:buildProtocol(someAddress))
end

function ThrottlingTests:test_writeSequence()
  local factory = self:throttle()
  local wrapper, transport = connect(factory)

  wrapper:writeSequence({ "bytes", "bytes", "bytes", "bytes" })

  self:assertEqual(transport:value(), "bytesbytesbytesbytes")
  self:assertEqual(factory.writtenThisSecond, 20)
end

function ThrottlingTests:test_writeLimit()
  local factory, clock = self:throttle({ writeLimit = 10 })
  local wrapper, transport = connect(factory)
  local echo = wrapper.wrappedProtocol
  wrapper:registerProducer(echo, true)

  wrapper:dataReceived("0123456789")
  wrapper:dataReceived("abcdefghij")
  self:assertEqual(transport:value(), "0123456789abcdefghij")
  self:assertEqual(factory.writtenThisSecond, 20)
  self:assertFalse(echo.paused)

  clock:advance(1.05)
  self:assertEqual(factory.writtenThisSecond, 0)
  self:assertTrue(echo.paused)

  clock:advance(1.05)
  self:assertFalse(echo.paused)
end

function ThrottlingTests:test_readLimit()
  local factory, clock = self:throttle({ readLimit = 10 })
  local wrapper, transport = connect(factory)

  for _ = 1, 2 do
    wrapper:dataReceived("0123456789")
    wrapper:dataReceived("abcdefghij")
    self:assertEqual(factory.readThisSecond, 20)

    clock:advance(1.05)
    self:assertEqual(factory.readThisSecond, 0)
    self:assertEqual(transport.producerState, "paused")

    clock:advance(1.05)
    self:assertEqual(transport.producerState, "producing")
  end
end

function ThrottlingTests:test_nothingIsLeftAfterTheLastConnection()
  local factory, clock = self:throttle({ readLimit = 10, writeLimit = 10 })
  local wrapper, transport = connect(factory)
  wrapper:dataReceived(("x"):rep(100))
  clock:advance(1)

  transport:loseConnection()

  self:assertEqual(clock:getDelayedCalls(), {})
  self:assertEqual(factory.connectionCount, 0)
end

function ThrottlingTests:test_unknownOption()
  self:assertRaises(exception.TypeError, policies.ThrottlingFactory, Server(), { limit = 1 })
end

local function timeoutFactory(...)
  local clock = task.Clock()
  local factory = policies.TimeoutFactory(Server(), ...)
  function factory:callLater(period, f)
    return clock:callLater(period, f)
  end
  return factory, clock
end

local TimeoutProtocolTests = class("TimeoutProtocolTests", unittest.TestCase)

function TimeoutProtocolTests:setUp()
  local factory
  factory, self.clock = timeoutFactory(nil)
  self.proto = connect(factory)
  self.wrapped = self.proto.wrappedProtocol
end

function TimeoutProtocolTests:test_cancelTimeout()
  self.proto:setTimeout(3)
  self:assertIsNotNone(self.proto.timeoutCall)
  self.clock:advance(1)

  self.proto:cancelTimeout()

  self:assertIsNone(self.proto.timeoutCall)
  self.clock:advance(3)
  self:assertFalse(self.wrapped.disconnected)
end

function TimeoutProtocolTests:test_cancelTimeoutNoTimeout()
  self:assertIsNone(self.proto.timeoutCall)

  self.proto:cancelTimeout()

  self:assertFalse(self.wrapped.disconnected)
end

function TimeoutProtocolTests:test_cancelTimeoutAlreadyCalled()
  self.proto:setTimeout(3)
  self.clock:advance(3)
  self:assertTrue(self.wrapped.disconnected)

  self.proto:cancelTimeout()
end

function TimeoutProtocolTests:test_cancelTimeoutAlreadyCancelled()
  self.proto:setTimeout(3)
  self.proto.timeoutCall:cancel()

  self.proto:cancelTimeout()

  self:assertFalse(self.wrapped.disconnected)
end

local TimeoutFactoryTests = class("TimeoutFactoryTests", unittest.TestCase)

function TimeoutFactoryTests:setUp()
  local factory
  factory, self.clock = timeoutFactory(3)
  self.proto = connect(factory)
  self.wrapped = self.proto.wrappedProtocol
end

function TimeoutFactoryTests:test_timeout()
  self.clock:pump({ 0, 0.5, 1, 1, 0.4 })
  self:assertFalse(self.wrapped.disconnected)

  self.clock:pump({ 0, 0.2 })
  self:assertTrue(self.wrapped.disconnected)
end

function TimeoutFactoryTests:test_sendAvoidsTimeout()
  self.clock:pump({ 0, 0.5, 1 })
  self.proto:write("bytes")
  self.clock:pump({ 0, 1, 1 })
  self.proto:writeSequence({ "bytes", "bytes" })
  self.clock:pump({ 0, 1, 1 })
  self:assertFalse(self.wrapped.disconnected)

  self.clock:pump({ 0, 2 })
  self:assertTrue(self.wrapped.disconnected)
end

function TimeoutFactoryTests:test_receiveAvoidsTimeout()
  self.clock:pump({ 0, 1, 0.5 })
  self.proto:dataReceived("bytes")
  self.clock:pump({ 0, 1, 1 })
  self:assertFalse(self.wrapped.disconnected)

  self.clock:pump({ 0, 1, 1 })
  self:assertTrue(self.wrapped.disconnected)
end

function TimeoutFactoryTests:test_defaultPeriod()
  self:assertEqual(policies.TimeoutFactory(Server()).timeoutPeriod, 1800)
end

local TimeoutTester = class("TimeoutTester", protocol.Protocol, policies.TimeoutMixin)
TimeoutTester.timeOut = 3
TimeoutTester.timedOut = false

function TimeoutTester:__init(clock)
  self.clock = clock
end

function TimeoutTester:connectionMade()
  self:setTimeout(self.timeOut)
end

function TimeoutTester:dataReceived()
  self:resetTimeout()
end

function TimeoutTester:timeoutConnection()
  self.timedOut = true
end

function TimeoutTester:callLater(period, f)
  return self.clock:callLater(period, f)
end

local TimeoutMixinTests = class("TimeoutMixinTests", unittest.TestCase)

function TimeoutMixinTests:setUp()
  self.clock = task.Clock()
  self.proto = TimeoutTester(self.clock)
end

function TimeoutMixinTests:test_overriddenCallLater()
  self.proto:setTimeout(10)

  self:assertEqual(#self.clock:getDelayedCalls(), 1)
end

function TimeoutMixinTests:test_timeout()
  self.proto:makeConnection(testing.StringTransport())

  self.clock:pump({ 0, 0.5, 1, 1 })
  self:assertFalse(self.proto.timedOut)
  self.clock:pump({ 0, 1 })
  self:assertTrue(self.proto.timedOut)
end

function TimeoutMixinTests:test_noTimeout()
  self.proto:makeConnection(testing.StringTransport())

  self.clock:pump({ 0, 0.5, 1, 1 })
  self.proto:dataReceived("hello there")
  self.clock:pump({ 0, 1, 1, 0.5 })
  self:assertFalse(self.proto.timedOut)
  self.clock:pump({ 0, 1 })
  self:assertTrue(self.proto.timedOut)
end

function TimeoutMixinTests:test_resetTimeout()
  self.proto:setTimeout(5)
  self.clock:advance(4)
  self.proto:resetTimeout()
  self.clock:advance(4.9)
  self:assertFalse(self.proto.timedOut)
  self.clock:advance(0.1)
  self:assertTrue(self.proto.timedOut)
  self:assertEqual(self.clock:seconds(), 9)
  self.proto:resetTimeout()
end

function TimeoutMixinTests:test_cancelTimeout()
  self.proto.timeOut = 5
  self.proto:makeConnection(testing.StringTransport())

  self.proto:setTimeout(nil)

  self:assertIsNone(rawget(self.proto, "timeOut"))
  self.clock:pump({ 0, 5, 5, 5 })
  self:assertFalse(self.proto.timedOut)
end

function TimeoutMixinTests:test_setTimeoutReturn()
  self.proto.timeOut = 5

  self:assertEqual(self.proto:setTimeout(10), 5)
  self:assertEqual(self.proto:setTimeout(nil), 10)
  self.proto:setTimeout(1)
  self:assertEqual(self.proto.timeOut, 1)
end

function TimeoutMixinTests:test_setTimeoutReturnWithoutAClassTimeout()
  local Plain = class("Plain", protocol.Protocol, policies.TimeoutMixin)
  local plain = Plain()
  plain.callLater = function(_, period, f) return self.clock:callLater(period, f) end

  self:assertIsNone(plain:setTimeout(5))
  self:assertEqual(plain:setTimeout(3), 5)
  self:assertEqual(plain:setTimeout(nil), 3)
  self:assertIsNone(plain:setTimeout(nil))
  self:assertEqual(self.clock:getDelayedCalls(), {})
end

function TimeoutMixinTests:test_setTimeoutCancleAlreadyCancelled()
  self.proto:setTimeout(3)
  self.clock:getDelayedCalls()[1]:cancel()

  self.proto:setTimeout(nil)
  self.proto:setTimeout(2)

  self.clock:advance(2)
  self:assertTrue(self.proto.timedOut)
end

function TimeoutMixinTests:test_defaultAction()
  local Plain = class("Plain", protocol.Protocol, policies.TimeoutMixin)
  local plain, transport = Plain(), testing.StringTransport()
  plain:makeConnection(transport)

  plain:timeoutConnection()

  self:assertTrue(transport.disconnecting)
end

local LimitTotalConnectionsFactoryTests = class("LimitTotalConnectionsFactoryTests", unittest.TestCase)

function LimitTotalConnectionsFactoryTests:setUp()
  self.factory = policies.LimitTotalConnectionsFactory()
  self.factory.protocol = protocol.Protocol
end

function LimitTotalConnectionsFactoryTests:test_connectionCounting()
  self:assertEqual(self.factory.connectionCount, 0)
  local first = self.factory:buildProtocol(someAddress)
  local second = self.factory:buildProtocol(someAddress)
  self:assertEqual(self.factory.connectionCount, 2)

  first:connectionLost(protocol.connectionDone)
  second:connectionLost(protocol.connectionDone)

  self:assertEqual(self.factory.connectionCount, 0)
end

function LimitTotalConnectionsFactoryTests:test_connectionLimiting()
  self.factory.connectionLimit = 1
  local first = self.factory:buildProtocol(someAddress)
  self:assertIsNone(self.factory:buildProtocol(someAddress))
  self:assertEqual(self.factory.connectionCount, 1)

  local overflowed
  self.factory.overflowProtocol = class("Overflow", protocol.Protocol)
  self.factory.overflowProtocol.connectionMade = function(p) overflowed = p end
  local _, transport = connect(self.factory)

  self:assertIs(overflowed.factory, self.factory)
  self:assertEqual(self.factory.connectionCount, 2)
  first:connectionLost(protocol.connectionDone)
  transport:loseConnection()
  self:assertEqual(self.factory.connectionCount, 0)
end

local LimitConnectionsByPeerTests = class("LimitConnectionsByPeerTests", unittest.TestCase)

function LimitConnectionsByPeerTests:test_limit()
  local factory = policies.LimitConnectionsByPeer(Server())
  factory.maxConnectionsPerPeer = 2
  local _, first = connect(factory)
  local _, second = connect(factory)

  self:assertIsNone(factory:buildProtocol(someAddress))
  self:assertIsNotNone(factory:buildProtocol(address.IPv4Address("TCP", "127.0.0.2", 35)))

  first:loseConnection()
  self:assertIsNotNone(factory:buildProtocol(someAddress))
  second:loseConnection()
  self:assertEqual(factory.peerConnections["127.0.0.1"], 1)
end

local LoggingFactoryTests = class("LoggingFactoryTests", unittest.TestCase)

-- A factory that logs to a table of lines.
function LoggingFactoryTests:logging(lengthLimit)
  local factory = policies.TrafficLoggingFactory(Server(), "test", lengthLimit)
  local files = {}
  function factory:open(name)
    local file = { name = name, text = "", isClosed = false }
    function file:write(...) self.text = self.text .. table.concat({ ... }) end
    function file:flush() end
    function file:close() self.isClosed = true end
    files[#files + 1] = file
    return file
  end
  return factory, files
end

function LoggingFactoryTests:test_thingsGetLogged()
  local factory, files = self:logging()
  local wrapper = connect(factory)

  wrapper:dataReceived("some\r\nbytes\0\"\xff")
  wrapper:writeSequence({ "a", "b" })
  wrapper:loseConnection()

  self:assertEqual(files[1].text, '*\nC 1: "some\\r\\nbytes\\x00\\"\\xff"\nS 1: "some\\r\\nbytes\\x00\\"\\xff"\n'
    .. 'SV 1: {"a", "b"}\nS 1: *\nC 1: <twisted.python.failure.Failure ConnectionDone: '
    .. 'Connection was closed cleanly: Bye..>\n')
  self:assertTrue(files[1].isClosed)
end

function LoggingFactoryTests:test_lengthLimit()
  local factory, files = self:logging(20)
  local wrapper = connect(factory)

  wrapper:dataReceived(("x"):rep(21))

  self:assertIn('C 1: "xxxxxxxx<... elided>"\n', files[1].text)
end

function LoggingFactoryTests:test_counter()
  local factory, files = self:logging()
  self:assertEqual(factory._counter, 0)
  factory:buildProtocol(someAddress)
  factory:buildProtocol(someAddress)
  self:assertEqual(factory._counter, 2)

  factory:resetCounter()
  factory:buildProtocol(someAddress)

  self:assertEqual({ files[1].name, files[2].name, files[3].name }, { "test-1", "test-2", "test-1" })
end

function LoggingFactoryTests:test_loggingFactoryOpensLogfileAutomatically()
  local prefix = self:mktemp()
  local _, transport = connect(policies.TrafficLoggingFactory(Server(), prefix))
  transport:loseConnection()

  local file <close> = assert(io.open(prefix .. "-1"))

  self:assertEqual(file:read(), "*")
end

return {
  WrapperTests,
  ThrottlingTests,
  TimeoutProtocolTests,
  TimeoutFactoryTests,
  TimeoutMixinTests,
  LimitTotalConnectionsFactoryTests,
  LimitConnectionsByPeerTests,
  LoggingFactoryTests,
}
