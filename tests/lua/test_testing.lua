-- The doubles for tests: the cases of Twisted's internet/test/test_testing.py.
local address = require("twisted.internet.address")
local class = require("class")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
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

function StringTransportTests:test_pauseResumeStopProducing()
  self:assertEqual(self.transport.producerState, "producing")
  self.transport:pauseProducing()
  self:assertEqual(self.transport.producerState, "paused")
  self.transport:resumeProducing()
  self:assertEqual(self.transport.producerState, "producing")
  self.transport:stopProducing()
  self:assertEqual(self.transport.producerState, "stopped")
end

function StringTransportTests:test_stoppedTransportCannotPauseOrResume()
  self.transport:stopProducing()

  self:assertRaises(exception.RuntimeError, self.transport.pauseProducing, self.transport)
  self:assertRaises(exception.RuntimeError, self.transport.resumeProducing, self.transport)
end

function StringTransportTests:test_disconnectingTransportCannotPauseOrResume()
  self.transport:loseConnection()

  self:assertRaises(exception.RuntimeError, self.transport.pauseProducing, self.transport)
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

function StringTransportTests:test_specifiedAddresses()
  local host = address.IPv4Address("TCP", "127.0.0.1", 1)
  local peer = address.IPv4Address("TCP", "127.0.0.1", 2)

  local transport = testing.StringTransport(host, peer)

  self:assertEqual(transport:getHost(), host)
  self:assertEqual(transport:getPeer(), peer)
end

function StringTransportTests:test_defaultAddresses()
  self:assertTrue(self.transport:getHost() == address.IPv4Address("TCP", "10.0.0.1", 12345))
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

return { StringTransportTests, StringTransportWithDisconnectionTests }
