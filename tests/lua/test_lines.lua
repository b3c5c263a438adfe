-- LineReceiver as the reactor feeds it, which is not by dataReceived: whatever the pieces, all is as if given by hand.
local basic = require("twisted.protocols.basic")
local class = require("class")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local net = require("net")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")
local task = require("twisted.internet.task")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local await = defer.await

-- Does what its lines say, and notes them.
local Obeying = class("Obeying", basic.LineReceiver)

function Obeying:__init()
  self.noted = {}
  self.lost = defer.Deferred()
end

function Obeying:note(text)
  self.noted[#self.noted + 1] = text
end

function Obeying:lineReceived(line)
  self:note(line)
  local word, rest = line:match("^(%a+) (.*)$")
  if word == "give" then
    self:dataReceived(rest .. self.delimiter)
    self:note("back")
  elseif word == "delimiter" then
    self.delimiter = rest
  elseif word == "longest" then
    self.MAX_LENGTH = tonumber(rest)
  elseif line == "raw" then
    self:setRawMode()
  elseif line == "stop" then
    return "enough"
  elseif line == "boom" then
    error(exception.ValueError("asked for"))
  elseif line == "close" then
    self:dataReceived("unheard\r\n")
    self.transport:loseConnection()
  elseif line == "pause" then
    self:pauseProducing()
    task.deferLater(reactor, 0, function()
      self:note("resumed")
      self:resumeProducing()
    end)
  end
end

function Obeying:rawDataReceived(data)
  self:note("raw " .. data)
  return self:setLineMode(data:match("!(.*)$"))
end

function Obeying:lineLengthExceeded(line)
  self:note("too long " .. line)
end

function Obeying:connectionLost(reason)
  self.lost:callback({ reason })
end

local cases = {
  { "lines alone", { "one\r\n", "two\r\n", "\r\n", "four\r\n" }, "one|two||four" },
  { "lines together", { "one\r\n", "two\r\nthree\r\n", "four\r\n", "five\r\nsix\r\n" }, "one|two|three|four|five|six" },
  { "parts", { "on", "e\r", "\ntwo\r\n", "th", "ree\r\nfo", "ur\r\n", "five\r\n" }, "one|two|three|four|five" },
  {
    "given by hand meanwhile, to one that has got no piece, one, and several",
    { "give a\r\n", "give b\r\n", "give c\r\n", "give d\r\nlast\r\n", "gi", "ve e\r\n", "end\r\n" },
    "give a|back|a|give b|back|b|give c|back|c|give d|back|last|d|give e|back|e|end",
  },
  { "given by hand what gives", { "give give x\r\n", "end\r\n" }, "give give x|back|give x|back|x|end" },
  { "another delimiter", { "delimiter \n\r\n", "a\n", "b\n", "c\nd\n", "e\r\n" }, "delimiter \n|a|b|c|d|e\r" },
  { "too long", { "longest 9\r\n", "123456789\r\n", "1234567890\r\n", "ok\r\n" }, "longest 9|123456789|too long 1234567890\r\n|ok" },
  { "raw data", { "raw\r\n", "bytes!", "line\r\n", "raw\r\n", "b!two\r\nthree\r\n" }, "raw|raw bytes!|line|raw|raw b!two\r\nthree\r\n|two|three" },
  { "a word to stop", { "stop\r\n", "one\r\n", "stop\r\nkept\r\n", "two\r\n" }, "stop|one|stop|kept|two" },
}

local FedTests = class("FedTests", unittest.TestCase)

local function serve(case)
  local listening = net.listen(case, Obeying)
  local client = await(net.connect(case, listening.port).first)
  await(client.made)
  return await(listening.first), client
end

local function waitFor(server, noted)
  while #table.concat(server.noted, "|") < #noted do
    await(net.turns())
  end
end

for _, each in ipairs(cases) do
  local name, pieces, noted = each[1], each[2], each[3]

  FedTests["test_byHand: " .. name] = function(self)
    local given = Obeying()
    given:makeConnection(testing.StringTransport())
    for _, piece in ipairs(pieces) do
      given:dataReceived(piece)
    end

    self:assertEqual(table.concat(given.noted, "|"), noted)
  end

  FedTests["test_byTheReactor: " .. name] = function(self)
    local server, client = serve(self)
    for _, piece in ipairs(pieces) do
      client.transport:write(piece)
      -- So that the next piece is a read of its own.
      await(net.turns(3))
    end
    waitFor(server, noted)

    self:assertEqual(table.concat(server.noted, "|"), noted)
  end
end

function FedTests:test_pausing()
  local server, client = serve(self)
  for _, piece in ipairs({ "one\r\n", "pause\r\n", "two\r\npause\r\nthree\r\n", "four\r\n" }) do
    client.transport:write(piece)
    await(net.turns())
  end
  local noted = "one|pause|resumed|two|pause|resumed|three|four"
  waitFor(server, noted)

  self:assertEqual(table.concat(server.noted, "|"), noted)
end

function FedTests:test_closing()
  local server, client = serve(self)
  client.transport:write("close\r\n")
  await(server.lost)

  self:assertEqual(table.concat(server.noted, "|"), "close")
end

function FedTests:test_keepsNoProtocol()
  local alive, lost = setmetatable({}, { __mode = "k" }), defer.Deferred()
  local Counted = class("Counted", basic.LineReceiver)
  function Counted:lineReceived()
    alive[self] = true
    self.transport:loseConnection()
  end
  function Counted:connectionLost()
    reactor.callLater(0, lost.callback, lost)
  end
  local factory = protocol.ServerFactory:forProtocol(Counted)
  factory.noisy = false
  local port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
  self:addCleanup(port.stopListening, port)
  local client = await(net.connect(self, port).first)
  await(client.made)
  client.transport:write("line\r\n")
  await(lost)
  collectgarbage()

  self:assertIsNone(next(alive))
end

-- What a callback that raised was busy with is over: data given by hand is taken again.
function FedTests:test_givenAfterAnError()
  local server, client = serve(self)
  client.transport:write("boom\r\n")
  await(server.lost)
  server:dataReceived("later\r\n")

  self:assertEqual(#self:flushLoggedErrors(exception.ValueError), 1)
  self:assertEqual(table.concat(server.noted, "|"), "boom|later")
end

function FedTests:test_givenAfterAnErrorWhileAnotherIsFed()
  local failed, client = serve(self)
  client.transport:write("boom\r\n")
  await(failed.lost)
  local server, other = serve(self)
  function server:lineReceived(line)
    self:note(line)
    failed:dataReceived(line .. " passed on\r\n")
  end
  other.transport:write("one\r\ntwo\r\n")
  waitFor(server, "one|two")

  self:assertEqual(#self:flushLoggedErrors(exception.ValueError), 1)
  self:assertEqual(table.concat(failed.noted, "|"), "boom|one passed on|two passed on")
end

return { FedTests }
