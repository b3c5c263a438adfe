-- One phase of a test: a function that may wait, and the time it has.
local defer = require("twisted.internet.defer")
local errors = require("twisted.trial._errors")
local failures = require("twisted.python.failure")

local phase = {}

-- Where a function waits, the innermost first: along what each Deferred waits for, down to one that nobody fires.
local function whereItWaits(d)
  local traces, last = {}, d
  while type(d) == "table" do
    last = d
    if type(d._inline) == "thread" and coroutine.status(d._inline) == "suspended" then
      table.insert(traces, 1, (debug.traceback(d._inline):gsub("^stack traceback:\n?", "")))
    end
    d = d._waitsFor or d._chainedTo
  end
  local text = #traces > 0 and "stack traceback:\n" .. table.concat(traces, "\n") or ""
  return text, tostring(last) .. (type(last._made) == "string" and " made by\n" .. last._made or "")
end

local function hasEnded(d)
  return d.called and d.paused == 0
end

---Calls `f(...)` and waits for its result, for so long at most. Then it is cancelled, so that what it has open is closed.
---@param reactor table has callLater
---@param name string what is run, for the message
---@param seconds number
---@param f function
---@param ... any
---@return Deferred deferred fires with a table that holds the Failure, if there is one; it never fails
function phase.run(reactor, name, seconds, f, ...)
  local outcome, isOver = defer.Deferred(), false
  -- A cleanup may be an object that can be called.
  local d = defer.inlineCallbacks(type(f) == "function" and f or function(...)
    return f(...)
  end)(...)
  local timer
  local function onTimeout()
    local trace, last = whereItWaits(d)
    isOver = true
    pcall(d.cancel, d)
    outcome:callback({ failures.Failure(
      errors.TimeoutError(string.format("%s still running after %g s, waiting for %s", name, seconds, last)), trace) })
  end
  if not hasEnded(d) then
    timer = reactor:callLater(seconds, onTimeout)
  end
  d:addBoth(function(result)
    if timer and timer:active() then
      timer:cancel()
    end
    if not isOver then
      isOver = true
      -- In a table: a Failure as it is would make this Deferred fail.
      outcome:callback({ failures.isFailure(result) and result or nil })
    end
  end)
  return outcome
end

return phase
