-- scripts/echoserver.lua, driven as its users do: the script itself, on a port the system chooses.
-- Copy this for a server of yours that is a script which runs the reactor. (A server that is a module is easier to test:
-- require it and give its factory to listenTCP.)
local basic = require("twisted.protocols.basic")
local class = require("class")
local defer = require("twisted.internet.defer")
local net = require("net")
local reactor = require("twisted.internet.reactor")
local unittest = require("twisted.trial.unittest")

local await = defer.await

-- Each line that arrives can be waited for.
local Client = class("Client", basic.LineReceiver)
-- The answer to the longest line is longer than that.
Client.MAX_LENGTH = 2 * basic.LineReceiver.MAX_LENGTH

function Client:__init()
  self.lines, self.waiting, self.lost = {}, {}, defer.Deferred()
end

function Client:lineReceived(line)
  local d = table.remove(self.waiting, 1)
  if d then
    d:callback(line)
  else
    self.lines[#self.lines + 1] = line
  end
end

function Client:connectionLost(reason)
  self.lost:callback({ reason })
  for _, d in ipairs(self.waiting) do
    d:errback(reason)
  end
end

function Client:nextLine()
  local d = defer.Deferred()
  if #self.lines > 0 then
    d:callback(table.remove(self.lines, 1))
  else
    self.waiting[#self.waiting + 1] = d
  end
  return d
end

local EchoServerTests = class("EchoServerTests", unittest.TestCase)

-- Runs the script with what it takes from its surroundings in our hands: arguments, port, reactor.run and print.
function EchoServerTests:setUp()
  self.printed = {}
  local listen = reactor.listenTCP
  self:patch(reactor, "run", function() end)
  self:patch(reactor, "listenTCP", function(number, factory)
    self.number = number
    self.port = listen(0, factory, { interface = "127.0.0.1" })
    return self.port
  end)
  local surroundings = setmetatable({
    arg = { [0] = "echoserver.lua", "5001" },
    print = function(text)
      table.insert(self.printed, text)
    end,
  }, { __index = _G })
  local here = debug.getinfo(1, "S").source:match("^@(.*)tests[/\\]lua[/\\]") or "../../"
  assert(loadfile(here .. "scripts/echoserver.lua", "t", surroundings))()
  self:addCleanup(function()
    return self.port:stopListening()
  end)
end

function EchoServerTests:connect()
  local factory = net.connect(self, self.port, net.client(Client))
  return await(factory.first)
end

function EchoServerTests:test_saysWhatItDoes()
  self:assertEqual(self.number, 5001)
  self:assertEqual(self.printed, { "Server running, Press Ctrl-C to stop." })

  local client = self:connect()
  client:sendLine("x")
  await(client:nextLine())
  self:assertEqual(self.printed[2], "Connection from 127.0.0.1")
end

function EchoServerTests:test_answersEachLine()
  local client = self:connect()
  for _, line in ipairs({ "hello", "", "a\rb\nc", "\0\xff", "QUIT", ("x"):rep(16384) }) do
    client:sendLine(line)
    self:assertEqual(await(client:nextLine()), "You said: " .. line)
  end
end

function EchoServerTests:test_linesInPieces()
  local client = self:connect()
  client.transport:write("one\r\ntw")
  self:assertEqual(await(client:nextLine()), "You said: one")
  client.transport:write("o\r\nthree\r\n")

  self:assertEqual(await(client:nextLine()), "You said: two")
  self:assertEqual(await(client:nextLine()), "You said: three")
end

function EchoServerTests:test_quit()
  local client = self:connect()
  client.transport:write("quit\r\nmore\r\n")

  self:assertEqual(await(client:nextLine()), "Goodbye.")
  await(client.lost)
  self:assertEqual(client.lines, {})
end

function EchoServerTests:test_aLineThatIsTooLongEndsTheConnection()
  local client = self:connect()
  client:sendLine(("x"):rep(16385))
  await(client.lost)

  self:assertEqual(client.lines, {})
end

function EchoServerTests:test_clientsAreServedApart()
  local one, two = self:connect(), self:connect()
  one:sendLine("from one")
  two:sendLine("from two")

  self:assertEqual(await(two:nextLine()), "You said: from two")
  self:assertEqual(await(one:nextLine()), "You said: from one")
  one:sendLine("quit")
  await(one.lost)
  two:sendLine("still here")
  self:assertEqual(await(two:nextLine()), "You said: still here")
end

return { EchoServerTests }
