-- A clock that tests move by hand, with the reactor's way of calling functions later.
local class = require("class")
local dotted = require("twisted.internet._dotted")
local errors = require("twisted.internet.error")
local where = require("twisted.internet._where")

-- As the host's own checks put it.
local function check(seconds, method, index, allowsNegative)
  local problem
  if type(seconds) ~= "number" then
    problem = "number expected, got " .. type(seconds)
  elseif seconds ~= seconds or seconds == math.huge or seconds == -math.huge or seconds < 0 and not allowsNegative then
    problem = tostring(seconds) .. " is not a delay: it must be a finite number of seconds"
      .. (allowsNegative and "" or ", 0 or more")
  else
    return
  end
  error(string.format("bad argument #%d to '%s' (%s)", index, method, problem), 3)
end

---A call that is to come.
---@class DelayedCall
---@overload fun(clock: Clock, time: number, f: function, ...: any): DelayedCall
local DelayedCall = class("DelayedCall")

function DelayedCall:__init(clock, time, f, ...)
  self._clock, self._time, self._call = clock, time, table.pack(f, ...)
end

local function demandPending(call)
  if call._cancelled then
    error(errors.AlreadyCancelled(), 3)
  elseif call._called then
    error(errors.AlreadyCalled(), 3)
  end
end

---When it is due, in the clock's seconds.
---@return number
function DelayedCall:getTime()
  return self._time
end

---Whether it is still to come; false inside the call itself.
---@return boolean
function DelayedCall:active()
  return not (self._called or self._cancelled)
end

---Calls it off. Raises AlreadyCalled or AlreadyCancelled when there is nothing left to call off.
function DelayedCall:cancel()
  demandPending(self)
  self._cancelled, self._call = true, nil
  self._clock:_remove(self)
end

function DelayedCall:_moveTo(time)
  self._clock:_remove(self)
  self._time = time
  self._clock:_insert(self)
end

---Makes it due so many seconds from now. Raises as `cancel` does.
---@param seconds number finite, 0 or more
function DelayedCall:reset(seconds)
  demandPending(self)
  check(seconds, "reset", 1)
  self:_moveTo(self._clock:seconds() + seconds)
end

---Makes it due so many seconds later than it was; fewer than 0 make it earlier. Raises as `cancel` does.
---@param seconds number finite
function DelayedCall:delay(seconds)
  demandPending(self)
  check(seconds, "delay", 1, true)
  self:_moveTo(self._time + seconds)
end

---`<DelayedCall of the function at script.lua:12, in 2.5 s>`, or "called", or "cancelled".
---@return string
function DelayedCall:__tostring()
  if self._cancelled then
    return "<DelayedCall cancelled>"
  elseif self._called then
    return "<DelayedCall called>"
  end
  local f = self._call[1]
  return string.format("<DelayedCall of %s, in %g s>", where.describe(f) or tostring(f),
    self._time - self._clock:seconds())
end

---Time that stands still until `advance`. It takes the reactor's place where one asks for a clock; its methods may be
---called with a dot too, as the reactor's.
---@class Clock
---@field rightNow number the time
---@field calls DelayedCall[] those to come, soonest first
---@overload fun(): Clock
local Clock = class("Clock")

function Clock:__init()
  self.rightNow, self.calls = 0.0, {}
  dotted.bind(self, { "seconds", "callLater", "getDelayedCalls", "advance", "pump" })
end

-- Among calls due at the same time the one asked for first, or moved there first, comes first.
function Clock:_insert(call)
  local calls = self.calls
  local i = #calls
  while i > 0 and calls[i]._time > call._time do
    i = i - 1
  end
  table.insert(calls, i + 1, call)
end

function Clock:_remove(call)
  for i, pending in ipairs(self.calls) do
    if pending == call then
      table.remove(self.calls, i)
      return
    end
  end
end

---The time: seconds since the clock was made.
---@return number
function Clock:seconds()
  return self.rightNow
end

---Calls `f(...)` once, when the clock has been moved `delay` seconds on.
---@param delay number finite, 0 or more
---@param f function
---@param ... any arguments for `f`
---@return DelayedCall
function Clock:callLater(delay, f, ...)
  check(delay, "callLater", 1)
  if type(f) ~= "function" and not (type(f) == "table" and (getmetatable(f) or {}).__call) then
    error("bad argument #2 to 'callLater' (function expected, got " .. type(f) .. ")", 2)
  end
  local call = DelayedCall(self, self:seconds() + delay, f, ...)
  self:_insert(call)
  return call
end

---The calls that are still to come, soonest first.
---@return DelayedCall[]
function Clock:getDelayedCalls()
  return table.move(self.calls, 1, #self.calls, 1, {})
end

---Moves the time on and runs what is due by then, soonest first, what becomes due meanwhile too. An error that a call
---raises is raised here.
---@param seconds number finite, 0 or more
function Clock:advance(seconds)
  check(seconds, "advance", 1)
  self.rightNow = self.rightNow + seconds
  local calls = self.calls
  while calls[1] and calls[1]._time <= self:seconds() do
    local due = table.remove(calls, 1)
    local call = due._call
    due._called, due._call = true, nil
    call[1](table.unpack(call, 2, call.n))
  end
end

---Moves the time on step by step.
---@param timings number[] the length of each step
function Clock:pump(timings)
  for _, seconds in ipairs(timings) do
    self:advance(seconds)
  end
end

return { Clock = Clock }
