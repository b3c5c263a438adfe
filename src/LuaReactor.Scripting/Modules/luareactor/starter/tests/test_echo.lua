local class = require("class")
local echo = require("echo")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

---@class EchoTests: TestCase
local EchoTests = class("EchoTests", unittest.TestCase)

function EchoTests:test_answersEachLine()
  local transport = testing.StringTransport()
  local server = echo.EchoFactory():buildProtocol()
  server:makeConnection(transport)

  server:dataReceived("hello\r\nwor")
  server:dataReceived("ld\r\n")

  self:assertEqual(transport:value(), "You said: hello\r\nYou said: world\r\n")
end

return { EchoTests }
