-- The protocol, in a module of its own, so that tests can require it.
local basic = require("twisted.protocols.basic")
local class = require("class")
local protocol = require("twisted.internet.protocol")

---@class Echo: LineReceiver
local Echo = class("Echo", basic.LineReceiver)

function Echo:lineReceived(line)
  self:sendLine("You said: " .. line)
end

---@class EchoFactory: ServerFactory
local EchoFactory = class("EchoFactory", protocol.ServerFactory)
EchoFactory.protocol = Echo

return { Echo = Echo, EchoFactory = EchoFactory }
