-- The small old services: the cases of WireTests in Twisted's test_protocols.py, and those it lacks.
local class = require("class")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")
local wire = require("twisted.protocols.wire")

local function connected(protocol)
  local transport = testing.StringTransport()
  protocol:makeConnection(transport)
  return protocol, transport
end

local WireTests = class("WireTests", unittest.TestCase)

function WireTests:test_echo()
  local echo, transport = connected(wire.Echo())

  for _, word in ipairs({ "hello", "world", "how", "are", "you" }) do
    echo:dataReceived(word)
  end

  self:assertEqual(transport:value(), "helloworldhowareyou")
end

function WireTests:test_discard()
  local discard, transport = connected(wire.Discard())

  for _, word in ipairs({ "hello", "world", "how", "are", "you" }) do
    discard:dataReceived(word)
  end

  self:assertEqual(transport:value(), "")
end

function WireTests:test_who()
  local _, transport = connected(wire.Who())

  self:assertEqual(transport:value(), "root\r\n")
  self:assertTrue(transport.disconnecting)
end

function WireTests:test_QOTD()
  local _, transport = connected(wire.QOTD())

  self:assertEqual(transport:value(), "An apple a day keeps the doctor away.\r\n")
  self:assertTrue(transport.disconnecting)
end

function WireTests:test_chargen()
  local chargen, transport = connected(wire.Chargen())
  self:assertIs(transport.producer, chargen)
  self:assertFalse(transport.streaming)

  transport.producer:resumeProducing()
  transport.producer:resumeProducing()

  self:assertEqual(transport:value(), chargen.noise:rep(2))
end

function WireTests:test_daytime()
  self:patch(os, "time", function() return 1732353602 end)

  local _, transport = connected(wire.Daytime())

  self:assertEqual(transport:value(), "Sat Nov 23 09:20:02 2024\r\n")
  self:assertTrue(transport.disconnecting)
end

-- The RFC's own example: 2,208,988,800 is the beginning of 1970.
function WireTests:test_time()
  self:patch(os, "time", function() return 0 end)

  local _, transport = connected(wire.Time())

  self:assertEqual((">I4"):unpack(transport:value()), 2208988800)
  self:assertTrue(transport.disconnecting)
end

return WireTests
