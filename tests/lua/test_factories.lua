-- ReconnectingClientFactory: the cases of Twisted's test_factories.py, and those it lacks.
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")
local task = require("twisted.internet.task")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local ReconnectingFactoryTests = class("ReconnectingFactoryTests", unittest.TestCase)

function ReconnectingFactoryTests:setUp()
  self.clock = task.Clock()
  self.factory = protocol.ReconnectingClientFactory()
  self.factory.clock, self.factory.noisy, self.factory.jitter = self.clock, false, 0
  self.connects = 0
  self.connector = testing._FakeConnector()
  self.connector.connect = function()
    self.connects = self.connects + 1
  end
end

function ReconnectingFactoryTests:test_stopTryingWhenConnected()
  self.factory.protocol = protocol.Protocol
  self.factory:buildProtocol(nil)

  self.factory:stopTrying()
  self.factory:clientConnectionLost(self.connector, nil)

  self:assertFalse(self.factory.continueTrying)
  self:assertFalse(self.connector.stoppedConnecting)
  self:assertEqual(self.clock:getDelayedCalls(), {})
end

function ReconnectingFactoryTests:test_stopTryingDoesNotReconnect()
  function self.connector.stopConnecting(connector)
    self.factory:clientConnectionFailed(connector, nil)
  end
  self.factory.connector = self.connector

  self.factory:stopTrying()

  self:assertEqual(self.connects, 0)
  self:assertEqual(self.clock:getDelayedCalls(), {})
end

function ReconnectingFactoryTests:test_parametrizedClock()
  self.factory:clientConnectionLost(self.connector, nil)

  self:assertEqual(#self.clock:getDelayedCalls(), 1)
end

function ReconnectingFactoryTests:test_delaysGrow()
  local delays = {}
  self.factory.maxDelay = 10
  for i = 1, 4 do
    self.factory:clientConnectionFailed(self.connector, nil)
    delays[i] = string.format("%.3f", self.factory.delay)
    self.clock:advance(self.factory.delay)
    self:assertEqual(self.connects, i)
  end

  self:assertEqual(delays, { "2.718", "7.389", "10.000", "10.000" })
end

function ReconnectingFactoryTests:test_resetDelay()
  self.factory:clientConnectionFailed(self.connector, nil)
  self.clock:advance(3)

  self.factory:resetDelay()

  self:assertEqual(self.factory.delay, 1)
  self:assertEqual(self.factory.retries, 0)
end

function ReconnectingFactoryTests:test_initialDelayOfASubclass()
  local Patient = class("Patient", protocol.ReconnectingClientFactory)
  Patient.initialDelay, Patient.jitter, Patient.noisy, Patient.factor = 10, 0, false, 2
  local factory = Patient()
  factory.clock = self.clock

  factory:clientConnectionFailed(self.connector, nil)

  self:assertEqual(factory.delay, 20)
end

function ReconnectingFactoryTests:test_jitter()
  self.factory.jitter = nil
  local sum, squares, n = 0, 0, 2000
  for _ = 1, n do
    local factory = protocol.ReconnectingClientFactory()
    factory.clock, factory.noisy = self.clock, false
    factory:retry(self.connector)
    sum, squares = sum + factory.delay, squares + factory.delay ^ 2
  end

  local mean = sum / n
  self:assertApproximates(mean, 2.718, 0.05)
  self:assertApproximates(math.sqrt(squares / n - mean ^ 2) / mean, 0.1196, 0.02)
end

function ReconnectingFactoryTests:test_maxRetries()
  self.factory.maxRetries = 2
  for _ = 1, 3 do
    self.factory:clientConnectionFailed(self.connector, nil)
    self.clock:advance(100)
  end

  self:assertEqual(self.connects, 2)
end

function ReconnectingFactoryTests:test_retryWithoutConnector()
  self:assertRaises(exception.ValueError, self.factory.retry, self.factory)
end

function ReconnectingFactoryTests:test_stopTryingWhileItWaits()
  self.factory:clientConnectionFailed(self.connector, nil)
  function self.connector.stopConnecting()
    error(errors.NotConnectingError())
  end

  self.factory:stopTrying()

  self:assertEqual(self.clock:getDelayedCalls(), {})
end

function ReconnectingFactoryTests:test_forProtocol()
  for _, factory in ipairs({
    protocol.ReconnectingClientFactory.forProtocol(protocol.Protocol),
    protocol.ReconnectingClientFactory:forProtocol(protocol.Protocol),
  }) do
    self:assertIs(class.typeOf(factory), protocol.ReconnectingClientFactory)
  end
end

-- Over real sockets: a server that closes its first connection is connected to again.
function ReconnectingFactoryTests:test_onTheReactor()
  local made, again = 0, defer.Deferred()
  local Closing = class("Closing", protocol.Protocol)
  function Closing:connectionMade()
    made = made + 1
    if made == 1 then
      self.transport:loseConnection()
    else
      again:callback(nil)
    end
  end
  local port = reactor.listenTCP(0, protocol.ServerFactory:forProtocol(Closing), { interface = "127.0.0.1" })
  local factory = protocol.ReconnectingClientFactory:forProtocol(testing.AccumulatingProtocol)
  factory.noisy, factory.initialDelay = false, 0.001
  local connector = reactor.connectTCP("127.0.0.1", port:getHost().port, factory)

  defer.await(again)

  factory:stopTrying()
  connector:disconnect()
  defer.await(port:stopListening())
  self:assertEqual(made, 2)
end

return { ReconnectingFactoryTests }
