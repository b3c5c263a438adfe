-- Protocols that get whole lines. Finding them is the host's work; here each becomes a call.
local class = require("class")
local exception = require("twisted.python.exception")
local framing = require("luareactor.framing")
local pausing = require("twisted.protocols._pausing")
local protocol = require("twisted.internet.protocol")

local appendInput <const> = framing.appendInput
local type <const> = type

-- Twisted closes without a word; whoever wonders why a connection ended should find a line in the log.
local function closeForLength(self)
  require("twisted.python.log").msg(
    "line longer than " .. self.MAX_LENGTH .. " bytes, connection closed", { logLevel = "warning" })
  self.transport:loseConnection()
end

local function notOverridden(self, method)
  error(exception.NotImplementedError(class.typeOf(self).__name .. " does not override " .. method), 0)
end

-- What an inlineCallbacks method returns is no word to stop; in Twisted it is, and the lines behind it get stuck.
local function isDeferred(value)
  return type(value) == "table" and value.addBoth ~= nil
end

local function sendLine(self, line)
  if type(line) ~= "string" then
    exception.raise(exception.TypeError, "sendLine: the line must be a string; got " .. type(line), 3)
  end
  self.transport:write(line .. self.delimiter)
end

---A protocol that gets lines, and between them, when it asks for it, raw data.
---A change of the class's fields is seen by the connections that have got no data yet; one of an object's own at once.
---@class LineReceiver: Protocol
---@field delimiter string what ends a line
---@field MAX_LENGTH integer the longest line allowed, the delimiter not counted
---@field line_mode boolean false in raw mode
---@field paused boolean true between `pauseProducing` and `resumeProducing`
---@overload fun(): LineReceiver
local LineReceiver = class("LineReceiver", protocol.Protocol, pausing)
LineReceiver.delimiter = "\r\n"
LineReceiver.MAX_LENGTH = 16384
LineReceiver.line_mode = true

local function newBuffer(self)
  local buffer = framing.lines()
  -- Each of these is looked up for each line, and an own field is found sooner than one of a class above.
  self._lineFramer, self.paused, self.line_mode = buffer, self.paused, self.line_mode
  self.delimiter, self.MAX_LENGTH = self.delimiter, self.MAX_LENGTH
  return buffer
end

-- The native buffer stops by itself when the connection it was fed from is being closed. What it cannot know
-- is watched here: a transport that is a table, and one whose protocol was given its data by hand.
local function deliver(self, buffer, byHand)
  if not buffer:enter() then
    return nil
  end
  local busy <close> = buffer
  local nextLine = buffer.next
  local transport = self.transport
  local watched = byHand or type(transport) == "table"
  while not self.paused do
    if self.line_mode then
      local line, exceeded = nextLine(buffer, self.delimiter, self.MAX_LENGTH)
      if not line then
        if exceeded then
          return self:lineLengthExceeded(exceeded)
        end
        return nil
      end
      local why = self:lineReceived(line)
      if why and not isDeferred(why) then
        return why
      end
      if transport ~= self.transport then
        transport = self.transport
        watched = byHand or type(transport) == "table"
      end
      if watched and transport and transport.disconnecting then
        return nil
      end
    elseif buffer:length() > 0 then
      local why = self:rawDataReceived(buffer:takeAll())
      if why and not isDeferred(why) then
        return why
      end
    else
      return nil
    end
  end
  return nil
end

---Takes a piece of the stream; calls `lineReceived` for each line it ends, or in raw mode `rawDataReceived`.
---What these return ends the work on what is buffered when it is neither nil nor false, and is returned.
---@param data string
---@return any why
function LineReceiver:dataReceived(data)
  local buffer = self._lineFramer or newBuffer(self)
  buffer:append(data)
  return deliver(self, buffer, true)
end

-- The reactor's short cut for `dataReceived`: the piece is no Lua string before it is a line.
framing.drains[LineReceiver.dataReceived] = function(self)
  local buffer = self._lineFramer or newBuffer(self)
  appendInput(buffer)
  return deliver(self, buffer, false)
end

---Called with each line, without its delimiter. Override it.
---@param line string
---@return any why anything but nil and false: stop here
function LineReceiver:lineReceived(line)
  notOverridden(self, "lineReceived")
end

---Called in raw mode with what has arrived. Override it to use raw mode.
---@param data string
---@return any why anything but nil and false: stop here
function LineReceiver:rawDataReceived(data)
  notOverridden(self, "rawDataReceived")
end

---Called when a line is longer than `MAX_LENGTH`, with all that is buffered from its beginning on.
---Closes the connection unless it is overridden.
---@param line string
---@return any why
function LineReceiver:lineLengthExceeded(line)
  return closeForLength(self)
end

---Goes (back) to line mode.
---@param extra? string from `rawDataReceived`: the part of its data that is no raw data; it is looked through for lines
---@return any why
function LineReceiver:setLineMode(extra)
  self.line_mode = true
  if extra and extra ~= "" then
    return self:dataReceived(extra)
  end
end

---Goes to raw mode: what comes from here on goes to `rawDataReceived`.
function LineReceiver:setRawMode()
  self.line_mode = false
end

---Notes in the log, at debug level, what is lost with the connection: a line without its end is not delivered.
---@param reason Failure
function LineReceiver:connectionLost(reason)
  local rest = self._lineFramer and self._lineFramer:length() or 0
  if rest > 0 then
    require("twisted.python.log").msg(
      "connection lost, and " .. rest .. " bytes that were not handed out with it", { logLevel = "debug" })
  end
end

---Takes all that is buffered and not handed out yet.
---@return string data
function LineReceiver:clearLineBuffer()
  local buffer = self._lineFramer
  return buffer and buffer:takeAll() or ""
end

---Sends a line.
---@param line string without its delimiter
function LineReceiver:sendLine(line)
  sendLine(self, line)
end

---A protocol that gets lines and nothing else: no raw mode, no pausing.
---@class LineOnlyReceiver: Protocol
---@field delimiter string what ends a line
---@field MAX_LENGTH integer the longest line allowed, the delimiter not counted
---@overload fun(): LineOnlyReceiver
local LineOnlyReceiver = class("LineOnlyReceiver", protocol.Protocol)
LineOnlyReceiver.delimiter = "\r\n"
LineOnlyReceiver.MAX_LENGTH = 16384

local function newOnlyBuffer(self)
  local buffer = framing.lines()
  self._lineFramer, self.delimiter, self.MAX_LENGTH = buffer, self.delimiter, self.MAX_LENGTH
  return buffer
end

local function deliverOnly(self, buffer, byHand)
  if not buffer:enter() then
    return nil
  end
  local busy <close> = buffer
  local nextLine = buffer.next
  local transport = self.transport
  local watched = byHand or type(transport) == "table"
  while true do
    if transport ~= self.transport then
      transport = self.transport
      watched = byHand or type(transport) == "table"
    end
    if watched and transport and transport.disconnecting then
      return nil
    end
    local line, exceeded = nextLine(buffer, self.delimiter, self.MAX_LENGTH)
    if line then
      self:lineReceived(line)
    elseif exceeded then
      local stop = exceeded:find(self.delimiter, 1, true)
      return self:lineLengthExceeded(stop and exceeded:sub(1, stop - 1) or exceeded)
    else
      return nil
    end
  end
end

---Takes a piece of the stream; calls `lineReceived` for each line it ends.
---@param data string
---@return any why
function LineOnlyReceiver:dataReceived(data)
  local buffer = self._lineFramer or newOnlyBuffer(self)
  buffer:append(data)
  return deliverOnly(self, buffer, true)
end

framing.drains[LineOnlyReceiver.dataReceived] = function(self)
  local buffer = self._lineFramer or newOnlyBuffer(self)
  appendInput(buffer)
  return deliverOnly(self, buffer, false)
end

---Called with each line, without its delimiter. Override it.
---@param line string
function LineOnlyReceiver:lineReceived(line)
  notOverridden(self, "lineReceived")
end

---Called with a line that is longer than `MAX_LENGTH`, or with what there is of it. What came behind it is dropped.
---Closes the connection unless it is overridden.
---@param line string
---@return any why
function LineOnlyReceiver:lineLengthExceeded(line)
  return closeForLength(self)
end

---Sends a line.
---@param line string without its delimiter
function LineOnlyReceiver:sendLine(line)
  sendLine(self, line)
end

return {
  LineReceiver = LineReceiver,
  LineOnlyReceiver = LineOnlyReceiver,
}
