-- Protocols that get whole strings: netstrings, and strings behind their length in 1, 2 or 4 bytes.
local class = require("class")
local exception = require("twisted.python.exception")
local framing = require("luareactor.framing")
local pausing = require("twisted.protocols._pausing")
local protocol = require("twisted.internet.protocol")

local appendInput <const> = framing.appendInput

local function warn(text)
  require("twisted.python.log").msg(text .. ", connection closed", { logLevel = "warning" })
end

local function notOverridden(self)
  error(exception.NotImplementedError(class.typeOf(self).__name .. " does not override stringReceived"), 0)
end

local function requireString(value)
  if type(value) ~= "string" then
    exception.raise(exception.TypeError, "sendString: a string is needed; got " .. type(value), 3)
  end
end

---A protocol that gets and sends netstrings, `5:hello,`. One that is malformed or too long ends the connection.
---@class NetstringReceiver: Protocol
---@field MAX_LENGTH integer the longest string allowed
---@field brokenPeer boolean true once the other end has sent what is no netstring
---@overload fun(): NetstringReceiver
local NetstringReceiver = class("NetstringReceiver", protocol.Protocol)
NetstringReceiver.MAX_LENGTH = 99999
NetstringReceiver.brokenPeer = false

---Begins anew, whatever the connection before left half read.
---@param transport any
function NetstringReceiver:makeConnection(transport)
  self._strings = nil
  self.brokenPeer = false
  protocol.Protocol.makeConnection(self, transport)
end

local function netstrings(self)
  local buffer = self._strings
  if not buffer then
    buffer = framing.netstrings()
    self._strings = buffer
  end
  return buffer
end

local function deliverNetstrings(self, buffer)
  local nextString = buffer.next
  while true do
    local string, broken = nextString(buffer, self.MAX_LENGTH)
    if string then
      self:stringReceived(string)
    else
      if broken and not self.brokenPeer then
        self.brokenPeer = true
        warn("malformed netstring, or one longer than " .. self.MAX_LENGTH .. " bytes")
        self.transport:loseConnection()
      end
      return
    end
  end
end

---Takes a piece of the stream; calls `stringReceived` for each string it ends.
---@param data string
function NetstringReceiver:dataReceived(data)
  local buffer = netstrings(self)
  buffer:append(data)
  if buffer:enter() then
    local busy <close> = buffer
    deliverNetstrings(self, buffer)
  end
end

framing.drains[NetstringReceiver.dataReceived] = function(self)
  local buffer = netstrings(self)
  if appendInput(buffer) then
    deliverNetstrings(self, buffer)
  end
end

---Called with each string. Override it.
---@param string string
function NetstringReceiver:stringReceived(string)
  notOverridden(self)
end

---Sends a string as a netstring.
---@param string string
function NetstringReceiver:sendString(string)
  requireString(string)
  self.transport:write(#string .. ":" .. string .. ",")
end

---Raised for a string that is longer than its prefix can tell.
---@class StringTooLongError: AssertionError
local StringTooLongError = class("StringTooLongError", exception.AssertionError)

---What the protocols for strings behind their length have in common. A subclass sets `structFormat` and `prefixLength`.
---@class IntNStringReceiver: Protocol
---@field MAX_LENGTH integer the longest string allowed
---@field structFormat string the prefix, for `string.pack`
---@field prefixLength integer how many bytes the prefix takes: 1, 2 or 4
---@field paused boolean true between `pauseProducing` and `resumeProducing`
---@field recvd string|nil in a class that sets it to "": the bytes behind the string `stringReceived` gets, which may change them
---@overload fun(): IntNStringReceiver
local IntNStringReceiver = class("IntNStringReceiver", protocol.Protocol, pausing)
IntNStringReceiver.MAX_LENGTH = 99999

local function prefixed(self)
  local buffer = self._strings
  if not buffer then
    buffer = framing.lengths(self.prefixLength)
    self._strings = buffer
    self.paused = self.paused
  end
  return buffer
end

-- For those that look at `recvd`: it is what the buffer holds, and what they make of it goes back there.
-- That is a copy for each string, so the others are spared it.
local function deliverShowing(self, buffer)
  while not self.paused do
    local string, refused = buffer:next(self.MAX_LENGTH)
    local rest = buffer:takeAll()
    buffer:append(rest)
    self.recvd = rest
    if string then
      self:stringReceived(string)
    elseif refused then
      self:lengthLimitExceeded(refused)
    end
    if self.recvd ~= rest then
      buffer:takeAll()
      buffer:append(self.recvd)
    end
    if not string then
      return
    end
  end
end

local function deliverPrefixed(self, buffer)
  if self.recvd then
    return deliverShowing(self, buffer)
  end
  local nextString = buffer.next
  while not self.paused do
    local string, refused = nextString(buffer, self.MAX_LENGTH)
    if string then
      self:stringReceived(string)
    else
      if refused then
        self:lengthLimitExceeded(refused)
      end
      return
    end
  end
end

---Takes a piece of the stream; calls `stringReceived` for each string it ends.
---@param data string
function IntNStringReceiver:dataReceived(data)
  local buffer = prefixed(self)
  buffer:append(data)
  if buffer:enter() then
    local busy <close> = buffer
    deliverPrefixed(self, buffer)
  end
end

framing.drains[IntNStringReceiver.dataReceived] = function(self)
  local buffer = prefixed(self)
  if appendInput(buffer) then
    deliverPrefixed(self, buffer)
  end
end

---Called with each string. Override it.
---@param string string
function IntNStringReceiver:stringReceived(string)
  notOverridden(self)
end

---Called with an announced length over `MAX_LENGTH`, before the string comes. Closes the connection unless overridden.
---@param length integer
function IntNStringReceiver:lengthLimitExceeded(length)
  warn("string of " .. length .. " bytes announced, longer than " .. self.MAX_LENGTH)
  self.transport:loseConnection()
end

---Sends a string behind its length.
---@param string string
function IntNStringReceiver:sendString(string)
  requireString(string)
  local limit = 1 << (8 * self.prefixLength)
  if #string >= limit then
    error(StringTooLongError("Try to send " .. #string .. " bytes whereas maximum is " .. limit), 0)
  end
  self.transport:write(self.structFormat:pack(#string) .. string)
end

local function receiver(name, prefixLength)
  local cls = class(name, IntNStringReceiver)
  cls.structFormat = ">I" .. prefixLength
  cls.prefixLength = prefixLength
  return cls
end

---Turns each string into a call of `proto_` and the state's name, which returns the next state.
---Mix it in: `class("Greeter", basic.NetstringReceiver, basic.StatefulStringProtocol)`. The state "done" closes.
---@class StatefulStringProtocol
---@field state string
---@overload fun(): StatefulStringProtocol
local StatefulStringProtocol = class("StatefulStringProtocol")
StatefulStringProtocol.state = "init"

---Calls the state's method and goes to the state that it returns.
---@param string string
function StatefulStringProtocol:stringReceived(string)
  local method = self["proto_" .. tostring(self.state)]
  if not method then
    require("twisted.python.log").msg("callback " .. tostring(self.state) .. " not found")
    return
  end
  self.state = method(self, string)
  if self.state == "done" then
    self.transport:loseConnection()
  end
end

return {
  NetstringReceiver = NetstringReceiver,
  StringTooLongError = StringTooLongError,
  IntNStringReceiver = IntNStringReceiver,
  -- Strings of up to 255 bytes, behind a length of one byte.
  Int8StringReceiver = receiver("Int8StringReceiver", 1),
  -- Strings of up to 65,535 bytes, behind a length of two bytes, the high one first.
  Int16StringReceiver = receiver("Int16StringReceiver", 2),
  -- Strings behind a length of four bytes, the high one first.
  Int32StringReceiver = receiver("Int32StringReceiver", 4),
  StatefulStringProtocol = StatefulStringProtocol,
}
