-- The Deferred: a result that comes later, and the callbacks that wait for it.
local class = require("class")
local chain = require("twisted.internet._chain")
local errors = require("twisted.internet._errors")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local unhandled = require("twisted.internet._unhandled")
local where = require("twisted.internet._where")

local Deferred, run = chain.Deferred, chain.run
local kinds, kindOf = chain.kinds, chain.kindOf
-- As in _chain.lua.
local isFailure <const>, isDeferred <const> = 1, 2
local last <const>, first <const> = 2, 4
local Failure = failure.Failure
local type, getmetatable, setmetatable, select = type, getmetatable, setmetatable, select
local pack, unpack = table.pack, table.unpack

-- Whether to note where Deferreds are made and fired: a traceback each, which costs more than all the rest.
local debugging = false

---A result that is not there yet. Callbacks and errbacks run in the order they were added, each with what the one
---before it returned. A raised error or a returned Failure goes to the next errback; a returned Deferred is waited for.
---`canceller(deferred)` is called by `cancel`; it may fire the Deferred itself.
---@class Deferred
---@field called boolean whether it has been fired (or, for a function's coroutine, has ended)
---@field result any the current result, nil while it waits
---@field paused integer how often it is paused
---@overload fun(canceller?: fun(deferred: Deferred)): Deferred
local _ = Deferred

-- The script's line that makes a Deferred is noted, which costs as much as a callback. So of those that one call from
-- the host makes after a thousand only each 16th is noted, until the host calls again. Without a host there is no `here`.
local here, hasReturned = where.here, where.hasReturned
local many <const> = 1000
local left = here and many or 0

local function noteSome()
  if here then
    if hasReturned() then
      left = many
    end
    return here()
  end
end

-- Three numbers and room for the first callbacks are there from the start: a table that grows is paid for each time.
class.constructor(Deferred, function(cls, canceller, ...)
  left = left - 1
  local place
  if left > 0 then
    place = here()
  elseif left % 16 == 0 then
    place = noteSome()
  end
  local self = setmetatable({
    first, first - 1, place, nil, nil, nil, nil, nil, nil, nil, nil, nil, called = false, result = nil, paused = 0, _canceller = canceller,
  }, cls)
  if debugging then
    self._made = debug.traceback(nil, 2)
  end
  if cls ~= Deferred then
    self:__init(canceller, ...)
  end
  return self
end)

function Deferred:__init(canceller)
  self._canceller = canceller
end

local function callable(value)
  if type(value) == "function" then
    return true
  end
  local metatable = getmetatable(value)
  return type(metatable) == "table" and metatable.__call ~= nil
end

local function refuse(method, value)
  exception.raise(exception.TypeError, method .. " needs a function, got " .. type(value), 3)
end

local function bind(f, ...)
  local n = select("#", ...)
  if n == 1 then
    local a = ...
    return function(result)
      return f(result, a)
    end
  end
  local args = pack(...)
  return function(result)
    return f(result, unpack(args, 1, n))
  end
end

-- The extra arguments of addCallback and its like are named, since `...` and its count would cost a third of an
-- addCallback that has none. One that is nil is passed as nil; those after the last that is not nil are not there.
local function bindNamed(method, f, a, b, c, d, e, tooMany)
  if tooMany ~= nil then
    exception.raise(exception.TypeError, method .. " passes on five arguments at most: use a function for more", 3)
  elseif e ~= nil then
    return bind(f, a, b, c, d, e)
  elseif d ~= nil then
    return bind(f, a, b, c, d)
  elseif c ~= nil then
    return bind(f, a, b, c)
  elseif b ~= nil then
    return bind(f, a, b)
  end
  return bind(f, a)
end

---Adds a function to be called with the result, when that is no failure.
---@param f fun(result: any, ...: any): any
---@param a? any further arguments for `f`, up to five
---@param b? any
---@param c? any
---@param d? any
---@param e? any
---@return Deferred self
function Deferred:addCallback(f, a, b, c, d, e, tooMany)
  if type(f) ~= "function" and not callable(f) then
    refuse("addCallback", f)
  end
  if a ~= nil or b ~= nil or c ~= nil or d ~= nil or e ~= nil or tooMany ~= nil then
    f = bindNamed("addCallback", f, a, b, c, d, e, tooMany)
  end
  local n = self[last] + 1
  self[n] = f
  self[last] = n
  if self.called then
    run(self)
  end
  return self
end

---Adds a function to be called with the Failure, when the result is one. What it returns is a result again.
---@param f fun(failure: Failure, ...: any): any
---@param a? any further arguments for `f`, up to five
---@param b? any
---@param c? any
---@param d? any
---@param e? any
---@return Deferred self
function Deferred:addErrback(f, a, b, c, d, e, tooMany)
  if type(f) ~= "function" and not callable(f) then
    refuse("addErrback", f)
  end
  if a ~= nil or b ~= nil or c ~= nil or d ~= nil or e ~= nil or tooMany ~= nil then
    f = bindNamed("addErrback", f, a, b, c, d, e, tooMany)
  end
  local n = self[last]
  self[n + 1], self[n + 2] = false, f
  self[last] = n + 2
  if self.called then
    run(self)
  end
  return self
end

local function addPair(self, callback, errback)
  local n = self[last]
  self[n + 1], self[n + 2], self[n + 3] = true, callback, errback
  self[last] = n + 3
  if self.called then
    run(self)
  end
  return self
end

---Adds a function to be called with the result or the Failure.
---@param f fun(result: any, ...: any): any
---@param a? any further arguments for `f`, up to five
---@param b? any
---@param c? any
---@param d? any
---@param e? any
---@return Deferred self
function Deferred:addBoth(f, a, b, c, d, e, tooMany)
  if type(f) ~= "function" and not callable(f) then
    refuse("addBoth", f)
  end
  if a ~= nil or b ~= nil or c ~= nil or d ~= nil or e ~= nil or tooMany ~= nil then
    f = bindNamed("addBoth", f, a, b, c, d, e, tooMany)
  end
  return addPair(self, f, f)
end

---Adds a callback and an errback side by side: an error of the first does not reach the second.
---@param callback? fun(result: any, ...: any): any nil lets a result pass
---@param errback? fun(failure: Failure, ...: any): any nil lets a failure pass
---@param callbackArgs? any[] further arguments for the callback (`n` counts them when some are nil)
---@param errbackArgs? any[] further arguments for the errback
---@return Deferred self
function Deferred:addCallbacks(callback, errback, callbackArgs, errbackArgs)
  if callback ~= nil and not callable(callback) then
    refuse("addCallbacks", callback)
  end
  if errback ~= nil and not callable(errback) then
    refuse("addCallbacks", errback)
  end
  if callback and callbackArgs then
    callback = bind(callback, unpack(callbackArgs, 1, callbackArgs.n or #callbackArgs))
  end
  if errback and errbackArgs then
    errback = bind(errback, unpack(errbackArgs, 1, errbackArgs.n or #errbackArgs))
  end
  return addPair(self, callback or false, errback or false)
end

---Fires another Deferred with this one's result, which becomes nil here.
---@param other Deferred
---@return Deferred self
function Deferred:chainDeferred(other)
  if kindOf(other) ~= isDeferred then
    exception.raise(exception.TypeError, "chainDeferred needs a Deferred, got " .. type(other), 2)
  end
  -- One that has fired waits for nothing more: to cancel it must not come back here.
  if not other.called then
    other._chainedTo = self
  end
  chain.append(self, chain.fire, other)
  if self.called then
    run(self)
  end
  return self
end

local function alreadyCalled(self)
  local message = tostring(errors.AlreadyCalledError())
  if self._fired then
    message = message .. "\nIt was made by:\n" .. tostring(self._made) .. "\nIt was fired by:\n" .. self._fired
  end
  return exception.ready(errors.AlreadyCalledError, message)
end

-- Takes a result in without running the callbacks. False when the result is dropped, since it was cancelled.
function Deferred:_accept(result, level)
  if self.called then
    if self._suppress then
      self._suppress = nil
      return false
    end
    error(alreadyCalled(self), level or 1)
  end
  self.called, self.result = true, result
  if self._chainedTo then
    self._chainedTo = nil
  end
  if self._canceller then
    self._canceller = nil
  end
  if debugging then
    self._fired = debug.traceback(nil, level or 2)
  end
  return true
end

---Fires the Deferred with a result. Once only: a second time raises AlreadyCalledError.
---@param result any not a Deferred: return one from a callback to wait for it
function Deferred:callback(result)
  local metatable = getmetatable(result)
  local kind = metatable and kinds[metatable]
  if kind == isDeferred then
    exception.raise(exception.AssertionError, "callback() takes a result, not a Deferred", 2)
  end
  if self.called or self._canceller or self._chainedTo or debugging then
    if not self:_accept(result, 3) then
      return
    end
  else
    self.called, self.result = true, result
  end
  if kind or self[last] >= first then
    run(self)
  end
end

-- The Failure of an error value, with the line that failed it: a whole traceback would cost more than all the rest.
local function failureAt(place, reason, call)
  local made = Failure(reason)
  if place and made.traceback == "" then
    made.traceback = "stack traceback:\n\t" .. place .. ": in a call of " .. call
  end
  return made
end

---Fires the Deferred with a failure. Once only, as `callback`.
---@param reason any a Failure, or an error value, which is made one
function Deferred:errback(reason)
  local kind = kindOf(reason)
  if kind == isDeferred then
    exception.raise(exception.AssertionError, "errback() takes a failure, not a Deferred", 2)
  elseif reason == nil then
    error(errors.NoCurrentExceptionError(), 2)
  elseif kind ~= isFailure then
    reason = failureAt(where.at(2), reason, "errback")
  end
  if self:_accept(reason, 3) then
    run(self)
  end
end

---Holds the callbacks back until as many `unpause` have been called.
function Deferred:pause()
  self.paused = self.paused + 1
end

---Takes one `pause` back; after the last one callbacks that are due run.
function Deferred:unpause()
  self.paused = self.paused - 1
  if self.paused == 0 and self.called then
    run(self)
  end
end

---Stops what the result is waited for. Not yet fired: the canceller is called, and unless it fires the Deferred that
---fails with CancelledError. Waiting for another Deferred: that one is cancelled. Fired already: nothing.
function Deferred:cancel()
  if not self.called then
    if self._inline then
      self:_cancelInline()
      return
    end
    local canceller = self._canceller
    if canceller then
      self._canceller = nil
      canceller(self)
    else
      -- Whoever was to fire it does not know, and may do so once.
      self._suppress = true
    end
    if not self.called then
      self:errback(Failure(errors.CancelledError()))
    end
  elseif self._chainedTo then
    self._chainedTo:cancel()
  end
end

---Cancels the Deferred when it has not fired in time, and makes the CancelledError a TimeoutError.
---@param seconds number
---@param clock? table what has `callLater`: by default the reactor
---@param onTimeoutCancel? fun(result: any, seconds: number): any makes the result after the timeout instead
---@return Deferred self
function Deferred:addTimeout(seconds, clock, onTimeoutCancel)
  clock = clock or require("twisted.internet.reactor")
  local timedOut = false
  local function onTimeout()
    timedOut = true
    self:cancel()
  end
  local timer
  if class.typeOf(clock) then
    timer = clock:callLater(seconds, onTimeout)
  else
    timer = clock.callLater(seconds, onTimeout)
  end
  return self:addBoth(function(result)
    if timer:active() then
      timer:cancel()
    end
    if not timedOut then
      return result
    elseif onTimeoutCancel then
      return onTimeoutCancel(result, seconds)
    elseif kindOf(result) == isFailure then
      result:trap(errors.CancelledError)
      return Failure(errors.TimeoutError(seconds, "Deferred"), result.traceback)
    end
    return result
  end)
end

---`<Deferred at 0x… current result: 5>`, or the Deferred it waits for.
---@return string
function Deferred:__tostring()
  local text = string.format("<%s at %p", getmetatable(self).__name, self)
  if self._chainedTo then
    text = string.format("%s waiting on Deferred at %p", text, self._chainedTo)
  elseif self.called then
    text = text .. " current result: " .. tostring(self.result)
  end
  return text .. ">"
end

local module = { Deferred = Deferred }

---A Deferred that has fired with a result.
---@param result any not a Deferred
---@return Deferred
function module.succeed(result)
  local metatable = getmetatable(result)
  if debugging or metatable and kinds[metatable] then
    local d = Deferred()
    d:callback(result)
    return d
  end
  return setmetatable({
    first, first - 1, nil, nil, nil, called = true, result = result, paused = 0, _canceller = nil,
  }, Deferred)
end

---A Deferred that has failed.
---@param reason any a Failure, or an error value, which is made one
---@return Deferred
function module.fail(reason)
  local d = Deferred()
  if kindOf(reason) ~= isFailure and reason ~= nil then
    reason = failureAt(where.at(2), reason, "defer.fail")
  end
  d:errback(reason)
  return d
end

---Whether to note where each Deferred is made and fired, for the reports of AlreadyCalledError and unhandled errors;
---and the variables of the functions that ran when a callback raised, for `Failure:printDetailedTraceback`.
---@param on boolean
function module.setDebugging(on)
  debugging = on and true or false
  failure._capturing = debugging
end

---Whether debugging is on.
---@return boolean
function module.getDebugging()
  return debugging
end

---Collects garbage and reports every failure nobody handled in a Deferred nobody has. For the end of a program.
module._reportUnhandled = unhandled.reportAll

return module
