-- Functions that wait: coroutines driven by the Deferreds they await.
local chain = require("twisted.internet._chain")
local deferreds = require("twisted.internet._deferred")
local errors = require("twisted.internet._errors")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local unhandled = require("twisted.internet._unhandled")

local Deferred = deferreds.Deferred
local kinds, kindOf, run = chain.kinds, chain.kindOf, chain.run
-- As in _chain.lua.
local isFailure <const>, isDeferred <const> = 1, 2
local next <const>, last <const>, first <const> = 1, 2, 4
local create, resume, running, yield = coroutine.create, coroutine.resume, coroutine.running, coroutine.yield
local getmetatable, setmetatable = getmetatable, setmetatable

-- What our coroutines yield first. `await` also yields the Deferred, `start` a function's Deferred and its arguments.
local done, await, start = {}, {}, {}

-- The Deferred of the function that runs in a coroutine; a script's own coroutines are not here.
local owners = setmetatable({}, { __mode = "k" })

-- Making a coroutine costs as much as all the rest of a short function, so those of functions that returned are kept.
local idle, idleCount, idleLimit <const> = {}, 0, 64

-- Lua allows about 200 nested C calls, three for each coroutine that resumes another.
-- From this depth on a function is not started by its caller but by the outermost coroutine's driver.
local depth, depthLimit <const> = 0, 20

-- The result travels here and not through `yield`, so that a coroutine that is kept holds nothing of its last function.
local returned

local function invoke(f, ...)
  returned = f(...)
end

local function worker()
  while true do
    invoke(yield(done))
  end
end

local function newCoroutine()
  if idleCount > 0 then
    local co = idle[idleCount]
    idle[idleCount] = nil
    idleCount = idleCount - 1
    return co
  end
  local co = create(worker)
  resume(co)
  return co
end

local function newInline(f)
  local co = newCoroutine()
  local self = setmetatable({
    first, first - 1, nil, nil, nil, called = false, result = nil, paused = 0, _canceller = nil,
    _inline = co, _function = f, _waitsFor = nil,
  }, Deferred)
  owners[co] = self
  return self
end

-- Returns whether the result is more than a plain value, which the chain has to look at.
local function succeeded(self, result)
  self.called, self._inline = true, nil
  if self._chainedTo then
    self._chainedTo = nil
  end
  local metatable = getmetatable(result)
  local kind = metatable and kinds[metatable]
  if kind == isDeferred then
    chain.follow(self, result)
  else
    self.result = result
  end
  return kind
end

local function failed(self, co, value)
  local reason = failure._capture(failure.caught(value, debug.traceback(co)), co, -1)
  -- Variables that are to be closed still wait for it. When that fails too, its error counts, as in plain Lua.
  local closed, closeError = coroutine.close(co)
  if not closed and not rawequal(closeError, value) then
    reason = failure.caught(closeError, reason.traceback)
  end
  owners[co] = nil
  self.called, self._inline, self._chainedTo = true, nil, nil
  self.result, self._made = reason, self._made or self._function
end

local function waits(self, other)
  self._waitsFor = other
  chain.append(other, chain.wake, self)
  if self._cancelled then
    self._cancelled = nil
    other:cancel()
  end
end

local rawYield = "coroutine.yield() within inlineCallbacks: wait with defer.await(deferred)"

-- Goes on with a function after its coroutine has stopped. Returns the function's Deferred when it has ended, and whether
-- with more than a plain value.
local function drive(self, ok, what, value, args)
  local callers, n = nil, 0
  while true do
    local co = self._inline
    local isEnded, isSpecial = true, true
    if not ok then
      failed(self, co, what)
    elseif what == done then
      local result = returned
      returned = nil
      owners[co] = false
      if idleCount < idleLimit then
        idleCount = idleCount + 1
        idle[idleCount] = co
      end
      isSpecial = succeeded(self, result)
    elseif what == await then
      isEnded = false
      waits(self, value)
    elseif what == start then
      -- `self` has asked for another function to be started, and goes on when that has stopped.
      callers = callers or {}
      n = n + 1
      callers[n] = self
      self = value
      ok, what, value, args = resume(self._inline, self._function, table.unpack(args, 1, args.n))
      goto continue
    elseif coroutine.status(co) == "dead" then
      -- A script's own coroutine, given to ensureDeferred.
      owners[co] = nil
      isSpecial = succeeded(self, what)
    else
      failed(self, co, exception.ready(exception.RuntimeError, rawYield))
    end
    if n == 0 then
      return isEnded and self.paused == 0 and self or nil, isSpecial
    end
    if isEnded and isSpecial then
      run(self)
    end
    self = callers[n]
    callers[n] = nil
    n = n - 1
    ok, what, value, args = resume(self._inline)
    ::continue::
  end
end

-- Called by the chain of the Deferred that was waited for.
function Deferred:_wake(result)
  self._waitsFor = nil
  depth = depth + 1
  local ended, isSpecial = drive(self, resume(self._inline, result))
  depth = depth - 1
  if ended and (isSpecial or ended[last] >= first) then
    return ended
  end
  return nil
end

function Deferred:_cancelInline()
  if self._waitsFor then
    self._waitsFor:cancel()
  else
    self._cancelled = true
  end
end

local function begin(self, f, ...)
  depth = depth + 1
  local ended, isSpecial = drive(self, resume(self._inline, f, ...))
  depth = depth - 1
  if ended and isSpecial then
    run(ended)
  end
  return self
end

local module = {}

---Makes a function that may wait with `defer.await`. Calling it runs it up to its first wait and gives a Deferred, which
---fires with what the function returns, or fails with what it raises. Cancelling that Deferred cancels the one waited for.
---@param f fun(...: any): any
---@return fun(...: any): Deferred
function module.inlineCallbacks(f)
  if type(f) ~= "function" then
    exception.raise(exception.TypeError, "inlineCallbacks needs a function, got " .. type(f), 2)
  end
  return function(...)
    local self = newInline(f)
    if depth >= depthLimit and owners[running()] and coroutine.isyieldable() then
      yield(start, self, table.pack(...))
      return self
    end
    return begin(self, f, ...)
  end
end

local outside = "defer.await() can only wait within a function made by defer.inlineCallbacks: wrap yours in it"

---Waits for a Deferred and gives its result; of any other value, gives that. A failure is raised here as the error
---that it carries. The Deferred's result becomes nil. Within functions made by `inlineCallbacks`, at any depth of calls.
---@param d Deferred|any
---@return any result
function module.await(d)
  local owner = owners[running()]
  local wait = not owner and module._blockingAwait
  -- Where it could not wait it is refused always, not just when the result happens to be late.
  if not owner and not (wait and wait()) then
    exception.raise(exception.RuntimeError, outside, 2)
  end
  local metatable = getmetatable(d)
  local kind = metatable and kinds[metatable]
  if kind ~= isDeferred then
    return d
  end
  local result
  local isReady = d.called and d.paused == 0 and d[next] > 0
  if not isReady and owner then
    result = yield(await, d)
  elseif isReady or wait(d) and chain.isReady(d) then
    result, d.result = d.result, nil
  else
    exception.raise(exception.RuntimeError, outside, 2)
  end
  metatable = getmetatable(result)
  if metatable and kinds[metatable] == isFailure then
    -- What is raised here is reported by whoever catches it, or does not.
    unhandled.disarm(d)
    result:raiseException()
  end
  return result
end

---The host's way to wait where there is no coroutine of ours: `wait(d)` runs the reactor until `d` has fired and returns
---true, or returns false when it cannot wait here. `wait()` only says whether it could.
---@type (fun(d?: Deferred): boolean)|nil
module._blockingAwait = nil

---The Deferred of a coroutine or function that may wait with `defer.await`; a Deferred is given back.
---@param value thread|function|Deferred
---@return Deferred
function module.ensureDeferred(value)
  if kindOf(value) == isDeferred then
    return value
  elseif type(value) == "function" then
    return module.inlineCallbacks(value)()
  elseif type(value) == "thread" and coroutine.status(value) == "suspended" and owners[value] == nil then
    local self = Deferred()
    self._inline = value
    owners[value] = self
    return begin(self)
  end
  error(errors.NotACoroutineError(tostring(value) .. " is not a coroutine, a function or a Deferred"), 2)
end

return module
