-- The small services of every machine of old: echo, discard, chargen and their like. Twisted's `wire`.
local class = require("class")
local protocol = require("twisted.internet.protocol")

---Sends back what it gets (RFC 862).
---@class Echo: Protocol
---@overload fun(): Echo
local Echo = class("Echo", protocol.Protocol)

function Echo:dataReceived(data)
  self.transport:write(data)
end

---Drops what it gets (RFC 863).
---@class Discard: Protocol
---@overload fun(): Discard
local Discard = class("Discard", protocol.Protocol)

---Sends characters for as long as the other end takes them (RFC 864).
---@class Chargen: Protocol
---@field noise string what is sent, again and again
---@overload fun(): Chargen
local Chargen = class("Chargen", protocol.Protocol)
Chargen.noise = "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ !\"#$%&?"

function Chargen:connectionMade()
  self.transport:registerProducer(self, false)
end

---Sends the noise once more. The transport calls it.
function Chargen:resumeProducing()
  self.transport:write(self.noise)
end

---A pull producer has nothing to pause.
function Chargen:pauseProducing()
end

---The transport calls it at the end.
function Chargen:stopProducing()
end

-- Says one thing and closes.
local function say(self, text)
  self.transport:write(text)
  self.transport:loseConnection()
end

---Sends a quote of the day, and closes (RFC 865).
---@class QOTD: Protocol
---@overload fun(): QOTD
local QOTD = class("QOTD", protocol.Protocol)

function QOTD:connectionMade()
  say(self, self:getQuote())
end

---Override it.
---@return string quote with its line's end
function QOTD:getQuote()
  return "An apple a day keeps the doctor away.\r\n"
end

---Sends who is logged in, and closes (RFC 866).
---@class Who: Protocol
---@overload fun(): Who
local Who = class("Who", protocol.Protocol)

function Who:connectionMade()
  say(self, self:getUsers())
end

---Override it.
---@return string users a line for each
function Who:getUsers()
  return "root\r\n"
end

---Sends date and time (UTC) for people to read, and closes (RFC 867).
---@class Daytime: Protocol
---@overload fun(): Daytime
local Daytime = class("Daytime", protocol.Protocol)

function Daytime:connectionMade()
  -- The form of C's asctime, which Twisted sends.
  local now = os.time()
  say(self, os.date("!%a %b %e %H:%M:%S %Y\r\n", now))
end

---Sends the time for machines to read, and closes (RFC 868): seconds since 1900, in four bytes.
---@class Time: Protocol
---@overload fun(): Time
local Time = class("Time", protocol.Protocol)

-- From 1900 to 1970, where os.time begins. (Twisted sends the seconds since 1970.)
local seventyYears <const> = 2208988800

function Time:connectionMade()
  say(self, (">I4"):pack((os.time() + seventyYears) & 0xffffffff))
end

return { Echo = Echo, Discard = Discard, Chargen = Chargen, QOTD = QOTD, Who = Who, Daytime = Daytime, Time = Time }
