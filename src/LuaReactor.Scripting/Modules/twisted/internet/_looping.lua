-- A function called again and again, at even distances: calls keep to the grid that `start` lays out, and those that
-- would come too late are left out, never made up for.
local class = require("class")
local deferreds = require("twisted.internet._deferred")
local dotted = require("twisted.internet._dotted")
local exception = require("twisted.python.exception")
local locks = require("twisted.internet._locks")
local where = require("twisted.internet._where")

local checkOptions = require("twisted.internet._options").check

---Calls `f(...)` at even distances. When that returns a Deferred, the next call waits for it.
---@class LoopingCall
---@field f function
---@field args any[] its arguments, `n` of them
---@field clock table what has `seconds` and `callLater`; the reactor, unless it is set before `start`
---@field running boolean
---@field interval number|nil seconds from one call to the next
---@field starttime number|nil when `start` or `reset` was called
---@field deferred Deferred|nil what `start` returned, while it runs
---@field call DelayedCall|nil the next call
---@overload fun(f: function, ...: any): LoopingCall
local LoopingCall = class("LoopingCall")
LoopingCall.running = false

function LoopingCall:__init(f, ...)
  if type(f) ~= "function" and not (type(f) == "table" and (getmetatable(f) or {}).__call) then
    exception.raise(exception.TypeError, "LoopingCall needs a function, got " .. type(f), 3)
  end
  self.f, self.args = f, table.pack(...)
  self.clock = require("twisted.internet.reactor")
end

local function intervalsUntil(self, time)
  local n = (time - self.starttime) / self.interval
  return n < 0 and math.ceil(n) or math.floor(n)
end

local function callWithCount(self, f)
  local now = dotted.seconds(self.clock)
  local count = 1
  if self.interval ~= 0 then
    local last = self._runAtStart and -1 or 0
    if self._countedAt then
      last = intervalsUntil(self, self._countedAt)
    end
    count = intervalsUntil(self, now) - last
    -- Rounding may wake us just before the end of an interval; it is counted the next time.
    if count <= 0 then
      return nil
    end
  end
  self._countedAt = now
  return f(count)
end

---Makes a LoopingCall whose function gets the number of calls that were due since the last one: 1, or more when some had
---to be left out. With a dot or, for a subclass, with a colon.
---@param f fun(count: integer): any
---@return LoopingCall
function LoopingCall.withCount(f, ...)
  local cls = LoopingCall
  if class.issubclass(f, LoopingCall) then
    cls, f = f, ...
  end
  if type(f) ~= "function" then
    exception.raise(exception.TypeError, "withCount needs a function, got " .. type(f), 2)
  end
  local loop
  loop = cls(function()
    return callWithCount(loop, f)
  end)
  loop._shown = f
  return loop
end

local function untilNext(self, now)
  local interval = self.interval
  if interval == 0 then
    return 0
  end
  local rest = interval - (now - self.starttime) % interval
  -- A rest too small to move the clock is a rest of nothing, and the call for this point has been made.
  return now + rest > now and rest or interval
end

function LoopingCall:_schedule(now)
  self.call = dotted.callLater(self.clock, untilNext(self, now), self.__call, self)
end

local function readNow(now)
  if type(now) == "table" then
    checkOptions(now, { now = true }, "LoopingCall:start", 3)
    now = now.now
  end
  return now == nil or now
end

---Begins: calls the function at once, and then every `interval` seconds. 0 calls it in every turn.
---@param interval number finite, 0 or more
---@param now? boolean|{now: boolean} false waits for an interval before the first call
---@return Deferred deferred fires with the LoopingCall when it is stopped; fails, and so ends it, when the function does
function LoopingCall:start(interval, now)
  if self.running then
    error(exception.AssertionError("Tried to start an already running LoopingCall."), 2)
  elseif type(interval) ~= "number" or interval ~= interval or interval == math.huge then
    exception.raise(exception.TypeError, "interval must be a finite number of seconds, got " .. tostring(interval), 2)
  elseif interval < 0 then
    error(exception.ValueError("interval must be >= 0"), 2)
  end
  now = readNow(now)
  local deferred = deferreds.Deferred()
  self.running, self.deferred = true, deferred
  self.starttime, self.interval = dotted.seconds(self.clock), interval
  self._runAtStart, self._countedAt = now, nil
  if now then
    self()
  else
    self:_schedule(self.starttime)
  end
  return deferred
end

-- Takes the Deferred away before it is fired, since its callbacks may start the loop anew.
local function takeDeferred(self)
  local deferred = self.deferred
  self.deferred = nil
  return deferred
end

---Ends it: no further call is made, and what `start` returned fires, when the call under way has ended.
function LoopingCall:stop()
  if not self.running then
    error(exception.AssertionError("Tried to stop a LoopingCall that was not running."), 2)
  end
  self.running = false
  if self.call then
    self.call:cancel()
    self.call = nil
    takeDeferred(self):callback(self)
  end
end

---Puts the next call off to an interval from now, and lays the grid anew from there.
function LoopingCall:reset()
  if not self.running then
    error(exception.AssertionError("Tried to reset a LoopingCall that was not running."), 2)
  end
  if self.call then
    self.call:cancel()
    self.starttime = dotted.seconds(self.clock)
    self:_schedule(self.starttime)
  end
end

---Calls the function now, and arranges for the next call once it is done.
function LoopingCall:__call()
  self.call = nil
  local d = locks.maybeDeferred(self.f, table.unpack(self.args, 1, self.args.n))
  d:addCallback(function()
    if self.running then
      self:_schedule(dotted.seconds(self.clock))
    else
      takeDeferred(self):callback(self)
    end
  end)
  d:addErrback(function(reason)
    self.running = false
    takeDeferred(self):errback(reason)
  end)
end

---`LoopingCall<0.5>(the function at script.lua:12, ...)` with the arguments.
---@return string
function LoopingCall:__tostring()
  local f = self._shown or self.f
  local parts = { where.describe(f) or tostring(f) }
  for i = 1, self.args.n do
    local value = self.args[i]
    parts[i + 1] = type(value) == "string" and "'" .. value .. "'" or tostring(value)
  end
  return string.format("%s<%s>(%s)", class.typeOf(self).__name, self.interval, table.concat(parts, ", "))
end

return { LoopingCall = LoopingCall }
