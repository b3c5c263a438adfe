-- Protocols and factories: the cases of Twisted's internet/test/test_protocol.py, and those it lacks.
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local interfaces = require("interfaces")
local log = require("twisted.python.log")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local ProtocolTests = class("ProtocolTests", unittest.TestCase)

-- The methods of IProtocol and ILoggingContext.
function ProtocolTests:test_interfaces()
  interfaces.provides(self, protocol.Protocol(), interfaces.protocol, interfaces.loggingContext)
end

function ProtocolTests:test_logPrefix()
  local SomeThing = class("SomeThing", protocol.Protocol)

  self:assertEqual(SomeThing():logPrefix(), "SomeThing")
end

function ProtocolTests:test_makeConnection()
  local proto, transport = protocol.Protocol(), testing.StringTransport()
  local seen
  function proto:connectionMade()
    seen = self.transport
  end
  self:assertFalse(proto.connected)

  proto:makeConnection(transport)

  self:assertTrue(proto.connected)
  self:assertEqual(seen, transport)
end

function ProtocolTests:test_echo()
  local Echo = class("Echo", protocol.Protocol)
  function Echo:dataReceived(data)
    self.transport:write(data)
  end
  local proto, transport = Echo(), testing.StringTransport()
  proto:makeConnection(transport)

  proto:dataReceived("here is some text")

  self:assertEqual(transport:value(), "here is some text")
end

local FactoryTests = class("FactoryTests", unittest.TestCase)

-- Runs `f` and returns what it logged.
local function logged(f)
  local lines, msg = {}, log.msg
  log.msg = function(text)
    lines[#lines + 1] = text
  end
  local ok, raised = pcall(f)
  log.msg = msg
  if not ok then
    error(raised, 0)
  end
  return table.concat(lines, "|")
end

-- The methods of IProtocolFactory and ILoggingContext.
function FactoryTests:test_interfaces()
  interfaces.provides(self, protocol.Factory(), interfaces.factory, interfaces.loggingContext)
end

function FactoryTests:test_logPrefix()
  local SomeKindOfFactory = class("SomeKindOfFactory", protocol.Factory)

  self:assertEqual(SomeKindOfFactory():logPrefix(), "SomeKindOfFactory")
end

function FactoryTests:test_defaultBuildProtocol()
  local SomeProtocol = class("SomeProtocol", protocol.Protocol)
  local factory = protocol.Factory()
  factory.protocol = SomeProtocol

  local proto = factory:buildProtocol(nil)

  self:assertTrue(class.isinstance(proto, SomeProtocol))
  self:assertEqual(proto.factory, factory)
end

function FactoryTests:test_buildProtocolWithoutProtocol()
  local Forgetful = class("Forgetful", protocol.ServerFactory)
  local factory = Forgetful()

  local raised = self:assertRaises(exception.AssertionError, factory.buildProtocol, factory, nil)

  self:assertEqual(tostring(raised),
    "Forgetful.protocol is not set: give the factory a protocol class, or override buildProtocol")
end

function FactoryTests:test_forProtocol()
  local ArgTakingFactory = class("ArgTakingFactory", protocol.ServerFactory)
  function ArgTakingFactory:__init(first, second)
    self.first, self.second = first, second
  end

  local factory = ArgTakingFactory:forProtocol(protocol.Protocol, 1, 2)

  self:assertEqual(class.typeOf(factory), ArgTakingFactory)
  self:assertEqual(factory.protocol, protocol.Protocol)
  self:assertEqual(factory.first, 1)
  self:assertEqual(factory.second, 2)
end

function FactoryTests:test_forProtocolWithDotOrColon()
  for _, name in ipairs({ "Factory", "ClientFactory", "ServerFactory" }) do
    local cls = protocol[name]
    self:assertEqual(class.typeOf(cls.forProtocol(protocol.Protocol)), cls)
    self:assertEqual(class.typeOf(cls:forProtocol(protocol.Protocol)), cls)
  end
end

function FactoryTests:test_startAndStopOnce()
  local calls = {}
  local factory = protocol.Factory()
  function factory:startFactory()
    calls[#calls + 1] = "start"
  end
  function factory:stopFactory()
    calls[#calls + 1] = "stop"
  end

  for _, method in ipairs({ "doStart", "doStart", "doStop", "doStop", "doStop", "doStart" }) do
    factory[method](factory)
  end

  self:assertEqual(table.concat(calls, " "), "start stop start")
  self:assertEqual(factory.numPorts, 1)
end

function FactoryTests:test_doStartLoggingStatement()
  local factory = protocol.Factory()

  self:assertEqual(logged(function() factory:doStart() end), "Starting factory " .. tostring(factory))
end

function FactoryTests:test_doStopLoggingStatement()
  local factory = protocol.Factory()
  factory.numPorts = 1

  self:assertEqual(logged(function() factory:doStop() end), "Stopping factory " .. tostring(factory))
end

function FactoryTests:test_quietFactory()
  local factory = protocol.Factory()
  factory.noisy = false

  self:assertEqual(logged(function() factory:doStart() end), "")
  self:assertEqual(logged(function() factory:doStop() end), "")
end

local ProcessProtocolTests = class("ProcessProtocolTests", unittest.TestCase)

function ProcessProtocolTests:test_descriptorsHaveNames()
  local calls = {}
  local process = protocol.ProcessProtocol()
  for _, method in ipairs({
    "outReceived", "errReceived", "inConnectionLost", "outConnectionLost", "errConnectionLost",
  }) do
    process[method] = function(_, data)
      calls[#calls + 1] = method .. (data and "=" .. data or "")
    end
  end

  process:childDataReceived(1, "a")
  process:childDataReceived(2, "b")
  process:childDataReceived(3, "c")
  for childFD = 0, 3 do
    process:childConnectionLost(childFD)
  end

  self:assertEqual(table.concat(calls, " "),
    "outReceived=a errReceived=b inConnectionLost outConnectionLost errConnectionLost")
end

local DatagramProtocolTests = class("DatagramProtocolTests", unittest.TestCase)

function DatagramProtocolTests:test_startAndStop()
  local calls = {}
  local datagrams, transport = protocol.DatagramProtocol(), {}
  datagrams.noisy = false
  function datagrams:startProtocol()
    calls[#calls + 1] = self.transport == transport and "start" or "too early"
  end
  function datagrams:stopProtocol()
    calls[#calls + 1] = self.transport == nil and "stop" or "too early"
  end

  datagrams:makeConnection(transport)
  self:assertRaises(exception.AssertionError, datagrams.makeConnection, datagrams, transport)
  datagrams:doStop()
  self:assertRaises(exception.AssertionError, datagrams.doStop, datagrams)

  self:assertEqual(table.concat(calls, " "), "start stop")
end

local ClientCreatorTests = class("ClientCreatorTests", unittest.TestCase)

local SomeProtocol = class("SomeProtocol", protocol.Protocol)

function SomeProtocol:__init(...)
  self.args = { ... }
end

function ClientCreatorTests:setUp()
  self.reactor = testing.MemoryReactorClock()
  self.creator = protocol.ClientCreator(self.reactor, SomeProtocol, "an argument")
end

-- What each way to connect is called with, and where the reactor notes it.
local ways = {
  TCP = { "tcpClients", "example.com", 1234 },
  UNIX = { "unixClients", "/foo/bar" },
  SSL = { "sslClients", "example.com", 1234, "context" },
}

function ClientCreatorTests:connect(kind, options)
  local way = ways[kind]
  local arguments = table.move(way, 2, #way, 1, {})
  arguments[#arguments + 1] = options
  local d = self.creator["connect" .. kind](self.creator, table.unpack(arguments))
  return d, self.reactor[way[1]][1], self.reactor.connectors[1]
end

function ClientCreatorTests:assertConnects(kind, options, expected)
  local d, noted = self:connect(kind, options)
  local factory = noted.factory
  noted.factory = nil
  for i, value in ipairs(noted) do
    noted[i] = value == factory and "factory" or value
  end
  self:assertEqual(noted, expected)

  local built = factory:buildProtocol(nil)
  self:assertIsInstance(built, SomeProtocol)
  self:assertEqual(built.args, { "an argument" })
  built:makeConnection(testing.StringTransport())
  self:assertNoResult(d)
  self.reactor:advance(0)
  self:assertIs(self:successResultOf(d), built)
end

function ClientCreatorTests:test_connectTCP()
  self:assertConnects("TCP", { timeout = 4321, bindAddress = { "1.2.3.4", 9876 } },
    { "example.com", 1234, "factory", 4321, { "1.2.3.4", 9876 } })
end

function ClientCreatorTests:test_connectUNIX()
  self:assertConnects("UNIX", { timeout = 123, checkPID = true }, { "/foo/bar", "factory", 123, true })
end

function ClientCreatorTests:test_connectSSL()
  self:assertConnects("SSL", { timeout = 4321, bindAddress = { "4.3.2.1", 5678 } },
    { "example.com", 1234, "factory", "context", 4321, { "4.3.2.1", 5678 } })
end

for kind in pairs(ways) do
  ClientCreatorTests["test_cancelConnect" .. kind] = function(self)
    local d, noted, connector = self:connect(kind)
    self:assertFalse(connector._disconnected)

    d:cancel()

    self:assertTrue(connector._disconnected)
    self:failureResultOf(d, defer.CancelledError)
    -- A connection that comes all the same is refused.
    self:assertIsNone(noted.factory:buildProtocol(nil))
    noted.factory:clientConnectionFailed(connector, failure.Failure(errors.UserError()))
    self:assertEqual(self.reactor:getDelayedCalls(), {})
  end

  ClientCreatorTests["test_cancelConnect" .. kind .. "Timeout"] = function(self)
    local d, noted, connector = self:connect(kind)
    noted.factory:buildProtocol(nil):makeConnection(testing.StringTransport())
    self:assertEqual(#self.reactor:getDelayedCalls(), 1)

    d:cancel()

    self:assertEqual(self.reactor:getDelayedCalls(), {})
    self:assertTrue(connector._disconnected)
    self:failureResultOf(d, defer.CancelledError)
  end

  ClientCreatorTests["test_cancelConnect" .. kind .. "FailedTimeout"] = function(self)
    local d, noted, connector = self:connect(kind)
    noted.factory:clientConnectionFailed(connector, failure.Failure(exception.Exception("Simulated failure")))
    self:assertEqual(#self.reactor:getDelayedCalls(), 1)

    d:cancel()

    self:assertEqual(self.reactor:getDelayedCalls(), {})
    self:failureResultOf(d, defer.CancelledError)
  end
end

function ClientCreatorTests:test_failure()
  local d, noted, connector = self:connect("TCP")

  noted.factory:clientConnectionFailed(connector, failure.Failure(errors.ConnectionRefusedError()))
  self.reactor:advance(0)

  self:failureResultOf(d, errors.ConnectionRefusedError)
end

function ClientCreatorTests:test_onTheReactor()
  local factory = protocol.ServerFactory:forProtocol(testing.AccumulatingProtocol)
  local port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
  local number = port:getHost().port
  local creator = protocol.ClientCreator(reactor, testing.AccumulatingProtocol)

  local client = defer.await(creator:connectTCP("127.0.0.1", number))
  self:assertTrue(client.made)
  client.closedDeferred = defer.Deferred()
  client.transport:loseConnection()
  defer.await(client.closedDeferred)
  defer.await(port:stopListening())

  self:assertRaises(errors.ConnectionRefusedError, defer.await, creator:connectTCP("127.0.0.1", number))
end

function ClientCreatorTests:test_cancelOnTheReactor()
  local factory = protocol.ServerFactory:forProtocol(testing.AccumulatingProtocol)
  local port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
  local creator = protocol.ClientCreator(reactor, testing.AccumulatingProtocol)

  local d = creator:connectTCP("127.0.0.1", port:getHost().port)
  d:cancel()

  self:failureResultOf(d, defer.CancelledError)
  defer.await(port:stopListening())
end

local AdapterTests = class("AdapterTests", unittest.TestCase)

function AdapterTests:test_protocolToConsumer()
  local proto = testing.AccumulatingProtocol()
  local consumer = protocol.ProtocolToConsumerAdapter(proto)

  consumer:write("hello")

  self:assertEqual(proto.data, "hello")
  interfaces.provides(self, consumer, interfaces.consumer)
end

function AdapterTests:test_consumerToProtocol()
  local consumer = testing.StringTransport()
  local proto = protocol.ConsumerToProtocolAdapter(consumer)

  proto:dataReceived("hello")

  self:assertEqual(consumer:value(), "hello")
  interfaces.provides(self, proto, interfaces.protocol)
end

local FileWrapperTests = class("FileWrapperTests", unittest.TestCase)

-- A file that keeps what it is given, and raises at a word.
local function fileThatBreaksAt(word)
  local file = { text = "" }
  function file:write(data)
    if data == word then
      error("broken file")
    end
    self.text = self.text .. data
  end
  return file
end

function FileWrapperTests:test_write()
  local wrapper, problems = protocol.FileWrapper(fileThatBreaksAt("bad")), {}
  function wrapper:handleException(problem)
    problems[#problems + 1] = problem
  end

  wrapper:write("test1")
  self:assertEqual(wrapper.file.text, "test1")
  wrapper:write("bad")

  self:assertEqual(wrapper.file.text, "test1")
  self:assertEqual(#problems, 1)
  self:assertIn("broken file", problems[1])
end

function FileWrapperTests:test_writeSequence()
  local wrapper = protocol.FileWrapper(fileThatBreaksAt())

  wrapper:writeSequence({ "test1", "test2" })

  self:assertEqual(wrapper.file.text, "test1test2")
  self:assertFalse((pcall(wrapper.writeSequence, wrapper, { "test3", {} })))
end

function FileWrapperTests:test_loseConnectionClosesTheFile()
  local file = assert(io.tmpfile())
  local wrapper = protocol.FileWrapper(file)

  wrapper:write("text")
  wrapper:loseConnection()

  self:assertEqual(io.type(file), "closed file")
  self:assertTrue(wrapper.closed)
end

return {
  AdapterTests,
  FileWrapperTests,
  ClientCreatorTests,
  ProtocolTests,
  FactoryTests,
  ProcessProtocolTests,
  DatagramProtocolTests,
}
