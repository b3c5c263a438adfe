-- Protocols and factories: the cases of Twisted's internet/test/test_protocol.py, and those it lacks.
local class = require("class")
local exception = require("twisted.python.exception")
local log = require("twisted.python.log")
local protocol = require("twisted.internet.protocol")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local ProtocolTests = class("ProtocolTests", unittest.TestCase)

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

return {
  ProtocolTests,
  FactoryTests,
  ProcessProtocolTests,
  DatagramProtocolTests,
}
