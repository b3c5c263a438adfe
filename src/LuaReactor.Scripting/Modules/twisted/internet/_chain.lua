-- How a Deferred's callbacks are run: in order, one protected call for the whole run, and no deeper stack for a longer chain.
local class = require("class")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local unhandled = require("twisted.internet._unhandled")

local Failure = failure.Failure
local handler = failure.handler
local arm, disarm = unhandled.arm, unhandled.disarm
local getmetatable, xpcall = getmetatable, xpcall

---@class Deferred
local Deferred = class("Deferred")
Deferred._sentinel = false

-- The callbacks are in the Deferred itself, from slot `first` on, cleared as they are run:
--   f                 a callback
--   false, f          an errback
--   true, f, g        both; false for one that lets the result pass
--   true, continue, other   `other` was returned this Deferred and waits for its result
--   true, fire, other       fires `other`
--   true, wake, inline      the coroutine of `inline` waits
-- Slot 3 holds where it was made, for `unhandled`; slot `last` holds the index of the last used one, slot `next` that of the next to run; while they run the negated index of one that is not after it.
local next <const>, last <const>, first <const> = 1, 2, 4

-- The functions that pass the result on, to be told from callbacks: each gets the other Deferred and the result,
-- and returns the Deferred that goes on with it, if that can run now.
local passing = {}

local function continue(other, result)
  other.result, other._chainedTo, other.paused = result, nil, other.paused - 1
  return other.paused == 0 and other or nil
end

local function fire(other, result)
  return other:_accept(result) and other.paused == 0 and other or nil
end

local function wake(inline, result)
  return inline:_wake(result)
end

passing[continue], passing[fire], passing[wake] = continue, fire, wake

-- What a value is to a Deferred, by its metatable: most are looked up once in a program's life.
local isFailure <const>, isDeferred <const> = 1, 2
local kinds = setmetatable({}, {
  __mode = "k",
  __index = function(kinds, metatable)
    local kind = false
    if class.issubclass(metatable, Failure) then
      kind = isFailure
    elseif class.issubclass(metatable, Deferred) then
      kind = isDeferred
    end
    kinds[metatable] = kind
    return kind
  end,
})

local function kindOf(value)
  local metatable = getmetatable(value)
  return metatable and kinds[metatable]
end

-- Whether the result can be taken now.
local function isReady(deferred)
  return deferred.called and deferred.paused == 0 and deferred[next] > 0
end

local function circular()
  return exception.ready(exception.RuntimeError,
    "a callback returned the Deferred that called it, which would wait for itself for ever")
end

-- Takes the result away, which leaves nil.
local function take(deferred)
  local result = deferred.result
  deferred.result = nil
  if deferred._sentinel then
    disarm(deferred)
  end
  return result
end

local function append(deferred, passOn, other)
  local n = deferred[last]
  deferred[n + 1], deferred[n + 2], deferred[n + 3] = true, passOn, other
  deferred[last] = n + 3
end

-- Lets a fired Deferred take over the result of one that is returned to it. It waits when that is not there yet.
local function follow(deferred, inner)
  if isReady(inner) then
    deferred.result = take(inner)
  else
    append(inner, continue, deferred)
    deferred.paused, deferred._chainedTo = deferred.paused + 1, inner
  end
end

-- Runs the callbacks of one Deferred until there are no more or it has to wait.
-- Returns the Deferred that goes on with the result, if there is one. A callback that raises ends the run; `run` begins it again.
local function step(deferred)
  local result = deferred.result
  local i = deferred[next]
  if i < 0 then
    i = -i
  end
  deferred[next] = -i
  local failed = kindOf(result) == isFailure
  local wasFailed = failed
  while true do
    local f = deferred[i]
    if not f then
      if f == nil then
        break
      end
      f = failed and deferred[i + 1]
      deferred[i], deferred[i + 1] = nil, nil
      i = i + 2
    elseif f == true then
      f = deferred[i + 1]
      local other = deferred[i + 2]
      deferred[i], deferred[i + 1], deferred[i + 2] = nil, nil, nil
      i = i + 3
      local passOn = passing[f]
      if passOn then
        deferred[next], deferred.result = -i, nil
        if wasFailed then
          disarm(deferred)
        end
        other = passOn(other, result)
        result, failed = nil, false
        if other then
          -- What waited for a returned Deferred takes its result over, and this one is free again. The others are called
          -- back: until they are done this one is within its callback, and what is added to it waits.
          if f == continue then
            deferred[next] = i
          end
          return other
        end
        f = false
      elseif failed then
        f = other
      end
    else
      deferred[i] = nil
      i = i + 1
      f = not failed and f
    end
    if f then
      result = f(result)
      local metatable = getmetatable(result)
      local kind = metatable and kinds[metatable]
      if not kind then
        failed = false
      elseif kind == isFailure then
        failed, wasFailed = true, true
      elseif result == deferred then
        result, failed, wasFailed = Failure(circular()), true, true
      elseif isReady(result) then
        result = take(result)
        failed = kindOf(result) == isFailure
        wasFailed = wasFailed or failed
      else
        follow(deferred, result)
        deferred[next], deferred.result = i, nil
        if wasFailed then
          disarm(deferred)
        end
        return nil
      end
    end
  end
  deferred[next], deferred[last], deferred.result = first, first - 1, result
  if failed then
    arm(deferred, result)
  elseif wasFailed then
    disarm(deferred)
  end
  return nil
end

-- Runs a fired Deferred, and those that go on with its result. Not one that is paused or runs already.
local function run(deferred)
  if deferred.paused > 0 or deferred[next] < 0 then
    return
  end
  local unfinished, n
  while true do
    local ok, other = xpcall(step, handler, deferred)
    if not ok then
      -- How far the run came is noted where it ends or waits only; the slots of what has run are empty.
      local i = -deferred[next]
      while deferred[i] == nil and i <= deferred[last] do
        i = i + 1
      end
      deferred[next] = -i
      -- Without memory or stack the handler itself fails, and gives a string.
      deferred.result = kindOf(other) == isFailure and other or Failure(other)
    elseif other then
      if deferred[next] < 0 or deferred[deferred[next]] ~= nil then
        if not unfinished then
          unfinished, n = {}, 0
        end
        n = n + 1
        unfinished[n] = deferred
      else
        deferred[next], deferred[last] = first, first - 1
      end
      deferred = other
    else
      repeat
        if not unfinished or n == 0 then
          return
        end
        deferred = unfinished[n]
        unfinished[n] = nil
        n = n - 1
        -- As for any callback, a pause within it holds nothing back that is due.
      until deferred[next] < 0 or deferred.paused == 0
    end
  end
end

return {
  Deferred = Deferred,
  fire = fire, wake = wake,
  kinds = kinds, kindOf = kindOf,
  isReady = isReady, append = append, follow = follow, run = run,
}
