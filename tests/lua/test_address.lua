local address = require("twisted.internet.address")
local class = require("class")
local unittest = require("twisted.trial.unittest")

local AddressTests = class("AddressTests", unittest.TestCase)

function AddressTests:test_tostring()
  self:assertEqual(tostring(address.IPv4Address("TCP", "127.0.0.1", 80)),
    "IPv4Address(type='TCP', host='127.0.0.1', port=80)")
  self:assertEqual(tostring(address.IPv6Address("UDP", "::1", 80)),
    "IPv6Address(type='UDP', host='::1', port=80, flowInfo=0, scopeID=0)")
  self:assertEqual(tostring(address.UNIXAddress("/tmp/x")), "UNIXAddress('/tmp/x')")
  self:assertEqual(tostring(address.UNIXAddress(nil)), "UNIXAddress(None)")
end

function AddressTests:test_equality()
  local a = address.IPv4Address("TCP", "127.0.0.1", 80)

  self:assertTrue(a == address.IPv4Address("TCP", "127.0.0.1", 80))
  self:assertFalse(a == address.IPv4Address("UDP", "127.0.0.1", 80))
  self:assertFalse(a == address.IPv4Address("TCP", "127.0.0.1", 81))
  self:assertFalse(a == address.IPv6Address("TCP", "127.0.0.1", 80))
  self:assertFalse(address.IPv6Address("TCP", "::1", 80) == address.IPv6Address("TCP", "::1", 80, 0, 1))
  self:assertTrue(address.UNIXAddress("/a") == address.UNIXAddress("/a"))
  self:assertFalse(address.UNIXAddress(nil) == address.UNIXAddress(nil))
  self:assertTrue(address.PipeAddress() == address.PipeAddress())
end

return { AddressTests }
