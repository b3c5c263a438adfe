-- Protocols that get whole lines. Finding them is the host's work; here each becomes a call.
local class = require("class")
local exception = require("twisted.python.exception")
local framing = require("luareactor.framing")
local pausing = require("twisted.protocols._pausing")
local protocol = require("twisted.internet.protocol")

local types = require("luareactor.types")

local appendInput <const>, feedLines <const>, soleLine <const> = framing.appendInput, framing.feedLines, framing.soleLine
local isFed <const> = framing.isFed
local nextLine <const>, sendParts <const> = types.LineFramer.next, types.Transport._sendLine
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

-- The host's own transport that lines are being taken from just now: most replies go to it.
local current

local function sendLine(self, line)
  local transport = self.transport
  if transport == current then
    -- One string less to make; the host looks at the line, and complains at the caller's line of the script.
    return sendParts(transport, line, self.delimiter)
  end
  if type(line) ~= "string" then
    exception.raise(exception.TypeError, "sendLine: the line must be a string; got " .. type(line), 3)
  end
  transport:write(line .. self.delimiter)
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

-- The buffer of all who keep nothing back; nothing is ever put into it. Before the first piece of data the field
-- `_lineFramer` is nil, before the second false: many connections bring one line and end.
local empty <const> = framing.lines()
-- The one that was emptied last serves whoever has to keep something back next.
local spare

-- Each of these is looked up for each line, and an own field is found sooner than one of a class above.
local function own(self)
  self.paused, self.line_mode, self.delimiter, self.MAX_LENGTH = self.paused, self.line_mode, self.delimiter, self.MAX_LENGTH
  self._lineFramer = empty
end

local function bufferOf(self)
  local buffer = self._lineFramer
  if buffer ~= empty then
    if buffer then
      return buffer
    end
    own(self)
  end
  buffer = spare or framing.lines()
  spare, self._lineFramer = nil, buffer
  return buffer
end

-- Counts what was given by hand to a protocol that is taking lines just then: its loop has to look once more.
local appended = 0
-- Who is taking a line just now that was in no buffer; then `current` is where from. An error leaves both as they were.
local taking

-- Takes lines off a buffer that was entered; the first may have been taken, and whether there is more. The native buffer
-- stops by itself when the connection it was fed from is being closed. What it cannot know is watched here: a transport
-- that is a table, and data that was given by hand. The second result tells that nothing is left in the buffer.
local function deliver(self, buffer, transport, watched, line, more)
  local byHand = watched
  local delimiter, limit = self.delimiter, self.MAX_LENGTH
  if not line then
    buffer:format(delimiter, limit)
  end
  while not self.paused do
    if self.line_mode then
      if not line then
        if self.delimiter ~= delimiter or self.MAX_LENGTH ~= limit then
          delimiter, limit = self.delimiter, self.MAX_LENGTH
          buffer:format(delimiter, limit)
        end
        line, more = nextLine(buffer)
        if not line then
          return more and self:lineLengthExceeded(more)
        end
      end
      local before = appended
      local why = self:lineReceived(line)
      line = nil
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
      if not more and appended == before then
        return nil, true
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

-- What was given by hand, from the first line on.
local function deliverGiven(self, buffer)
  local busy <close> = buffer
  return deliver(self, buffer, self.transport, true)
end

---Takes a piece of the stream; calls `lineReceived` for each line it ends, or in raw mode `rawDataReceived`.
---What these return ends the work on what is buffered when it is neither nil, false nor a Deferred, and is returned.
---@param data string
---@return any why
function LineReceiver:dataReceived(data)
  local buffer = bufferOf(self)
  buffer:append(data)
  if taking == self and isFed(current) or not buffer:enter() then
    appended = appended + 1
    return nil
  end
  return deliverGiven(self, buffer)
end

-- The short way's line is over, and meanwhile somebody was given data by hand.
local function goOn(self, why)
  local buffer, transport = self._lineFramer, self.transport
  if why and not isDeferred(why) or transport and transport.disconnecting then
    return
  end
  if buffer and buffer ~= empty and buffer:enter() then
    deliverGiven(self, buffer)
  end
end

-- The reactor's short cut for `dataReceived` when something is kept back, or comes in other pieces than lines: it is no
-- Lua string before it is a line. The buffer is left again by the reactor, on every path.
local function drain(self)
  local buffer = bufferOf(self)
  local transport = self.transport
  local entered, watched, line, more
  if self.paused or not self.line_mode then
    entered, watched = appendInput(buffer, transport)
  else
    entered, watched, line, more = feedLines(buffer, transport, self.delimiter, self.MAX_LENGTH)
    if entered and not line then
      return more and self:lineLengthExceeded(more)
    end
  end
  if not entered then
    appended = appended + 1
    return
  end
  taking, current = nil, not watched and transport
  local _, emptied = deliver(self, buffer, transport, watched, line, more)
  current = nil
  if emptied then
    self._lineFramer, spare = empty, buffer
  end
end

-- Most pieces are one line, whole, and nothing is kept back before it: that way is the shortest, without a buffer.
framing.drains[LineReceiver.dataReceived] = function(self)
  local buffer = self._lineFramer
  if buffer ~= empty then
    if buffer then
      return drain(self)
    elseif buffer == nil then
      self._lineFramer = false
    else
      own(self)
    end
  end
  if self.paused or not self.line_mode then
    return drain(self)
  end
  local transport = self.transport
  local line = soleLine(transport, self.delimiter, self.MAX_LENGTH)
  if not line then
    return drain(self)
  end
  taking, current = self, transport
  local before = appended
  local why = self:lineReceived(line)
  taking, current = nil, nil
  if appended ~= before then
    goOn(self, why)
  end
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
LineReceiver.sendLine = sendLine

---A protocol that gets lines and nothing else: no raw mode, no pausing.
---@class LineOnlyReceiver: Protocol
---@field delimiter string what ends a line
---@field MAX_LENGTH integer the longest line allowed, the delimiter not counted
---@overload fun(): LineOnlyReceiver
local LineOnlyReceiver = class("LineOnlyReceiver", protocol.Protocol)
LineOnlyReceiver.delimiter = "\r\n"
LineOnlyReceiver.MAX_LENGTH = 16384

local function deliverOnly(self, buffer, transport, watched)
  local byHand = watched
  buffer:format(self.delimiter, self.MAX_LENGTH)
  while true do
    if transport ~= self.transport then
      transport = self.transport
      watched = byHand or type(transport) == "table"
    end
    if watched and transport and transport.disconnecting then
      return nil
    end
    local line, exceeded = nextLine(buffer)
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

local function onlyLines(self)
  local buffer = self._lineFramer
  if not buffer then
    buffer = framing.lines()
    self._lineFramer = buffer
  end
  return buffer
end

---Takes a piece of the stream; calls `lineReceived` for each line it ends.
---@param data string
---@return any why
function LineOnlyReceiver:dataReceived(data)
  local buffer = onlyLines(self)
  buffer:append(data)
  if not buffer:enter() then
    return nil
  end
  local busy <close> = buffer
  return deliverOnly(self, buffer, self.transport, true)
end

framing.drains[LineOnlyReceiver.dataReceived] = function(self)
  local buffer = onlyLines(self)
  local transport = self.transport
  local entered, watched = appendInput(buffer, transport)
  if entered then
    taking, current = nil, not watched and transport
    local why = deliverOnly(self, buffer, transport, watched)
    current = nil
    return why
  end
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
LineOnlyReceiver.sendLine = sendLine

return {
  LineReceiver = LineReceiver,
  LineOnlyReceiver = LineOnlyReceiver,
}
