-- The echo server of the peers' comparison: line by line as in scripts/echoserver.lua, or the bytes as they come.
-- run:    luareactor tests/benchmarks/echo.lua line|raw port
local basic = require("twisted.protocols.basic")
local class = require("class")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")

local LineEcho = class("LineEcho", basic.LineReceiver)

function LineEcho:lineReceived(line)
  if line == "quit" then
    self:sendLine("Goodbye.")
    self.transport:loseConnection()
  else
    self:sendLine("You said: " .. line)
  end
end

local RawEcho = class("RawEcho", protocol.Protocol)

function RawEcho:dataReceived(data)
  self.transport:write(data)
end

local kind, port = ...
local factory = protocol.ServerFactory:forProtocol(kind == "raw" and RawEcho or LineEcho)
reactor.listenTCP(tonumber(port), factory, { interface = "127.0.0.1" })
reactor.run()
