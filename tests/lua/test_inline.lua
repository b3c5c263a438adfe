local class = require("class")
local defer = require("twisted.internet.defer")
local error = require("twisted.internet.error")
local failure = require("twisted.python.failure")
local unittest = require("twisted.trial.unittest")

local raise = _G.error
local await, inlineCallbacks = defer.await, defer.inlineCallbacks
local GenericError = class("GenericError", error.Exception)
local OtherError = class("OtherError", error.Exception)

local BasicTests = class("BasicTests", unittest.TestCase)

function BasicTests:test_basics()
  local fired, late, failing = defer.succeed("fired"), defer.Deferred(), defer.Deferred()
  local d = inlineCallbacks(function(first)
    self:assertEqual(first, "argument")
    self:assertEqual(await(fired), "fired")
    self:assertEqual(await(late), "late")
    local ok, e = pcall(await, failing)
    self:assertFalse(ok)
    self:assertIsInstance(e, GenericError)
    return "result"
  end)("argument")
  self:assertNoResult(d)

  late:callback("late")
  self:assertNoResult(d)
  failing:errback(GenericError("x"))

  self:assertEqual(self:successResultOf(d), "result")
end

function BasicTests:test_arguments()
  local count
  local f = inlineCallbacks(function(...)
    count = select("#", ...)
    return (select(2, ...))
  end)

  self:assertIsNone(self:successResultOf(f(1, nil, 3, nil)))
  self:assertEqual(count, 4)
end

function BasicTests:test_producesException()
  local e = GenericError("x")
  local d = inlineCallbacks(function()
    await(defer.succeed(1))
    raise(e)
  end)()

  local reason = self:failureResultOf(d, GenericError)
  self:assertIs(reason.value, e)
  self:assertTrue(reason.traceback:find("test_inline.lua:%d+") ~= nil)
end

function BasicTests:test_producesString()
  local d = inlineCallbacks(function() raise("bang") end)()

  self:assertTrue(self:failureResultOf(d):getErrorMessage():find("test_inline.lua:%d+: bang$"))
end

function BasicTests:test_nothing()
  self:assertIsNone(self:successResultOf(inlineCallbacks(function() return nil end)()))
end

function BasicTests:test_returnNoValue()
  self:assertIsNone(self:successResultOf(inlineCallbacks(function() await(defer.succeed(1)) end)()))
end

function BasicTests:test_handledTerminalFailure()
  local d = inlineCallbacks(function()
    pcall(await, defer.fail(GenericError("handled")))
  end)()

  self:assertIsNone(self:successResultOf(d))
  defer._reportUnhandled()
  self:assertEqual(#self:flushLoggedErrors(), 0)
end

function BasicTests:test_handledTerminalAsyncFailure()
  local failing = defer.Deferred()
  local d = inlineCallbacks(function()
    pcall(await, failing)
  end)()

  failing:errback(GenericError("handled"))

  self:assertIsNone(self:successResultOf(d))
  defer._reportUnhandled()
  self:assertEqual(#self:flushLoggedErrors(), 0)
end

function BasicTests:test_stackUsage()
  local d = inlineCallbacks(function()
    local total = 0
    for _ = 1, 5000 do
      total = total + await(defer.succeed(1))
    end
    return total
  end)()

  self:assertEqual(self:successResultOf(d), 5000)
end

function BasicTests:test_stackUsage2()
  local d = inlineCallbacks(function()
    local total = 0
    for _ = 1, 5000 do
      total = total + await(1)
    end
    return total
  end)()

  self:assertEqual(self:successResultOf(d), 5000)
end

function BasicTests:test_yieldNonDeferred()
  local d = inlineCallbacks(function()
    return { await(5), await("text"), await(nil) == nil, await(false) }
  end)()

  self:assertEqual(self:successResultOf(d), { 5, "text", true, false })
end

function BasicTests:test_internalDefGenReturnValueDoesntLeak()
  local inner = inlineCallbacks(function() return "inner" end)
  local d = inlineCallbacks(function()
    local value = await(inner())
    inner()
    return value .. " outer"
  end)()

  self:assertEqual(self:successResultOf(d), "inner outer")
end

function BasicTests:test_returnedDeferredIsWaitedFor()
  local late = defer.Deferred()
  local fired = inlineCallbacks(function() return defer.succeed("at once") end)()
  local waiting = inlineCallbacks(function() return late end)()
  self:assertEqual(self:successResultOf(fired), "at once")
  self:assertNoResult(waiting)

  late:callback("late")

  self:assertEqual(self:successResultOf(waiting), "late")
  self:failureResultOf(inlineCallbacks(function() return defer.fail(GenericError("x")) end)(), GenericError)
end

function BasicTests:test_returnedDeferredIsCancelled()
  local late = defer.Deferred()
  local d = inlineCallbacks(function() return late end)()

  d:cancel()

  self:failureResultOf(d, defer.CancelledError)
end

function BasicTests:test_inlineCallbacksNoCircularReference()
  local held = setmetatable({}, { __mode = "v" })
  local function go()
    local object, late = {}, defer.Deferred()
    held.object, held.late = object, late
    local d = inlineCallbacks(function(argument)
      await(late)
      return { object, argument }
    end)({ object })
    held.d = d
    late:callback(nil)
    self:assertIs(self:successResultOf(d)[1], object)
  end
  go()

  collectgarbage()
  collectgarbage()

  self:assertIsNone(next(held))
end

function BasicTests:test_abandonedFunctionsAreCollected()
  local held = setmetatable({}, { __mode = "v" })
  local function go()
    local late = defer.Deferred()
    held.late = late
    held.d = inlineCallbacks(function() await(late) end)()
  end
  go()

  collectgarbage()
  collectgarbage()

  self:assertIsNone(next(held))
end

function BasicTests:test_awaitAtAnyDepth()
  local late = defer.Deferred()
  local function deep(n)
    if n == 0 then
      return await(late)
    end
    return deep(n - 1) + 1
  end
  local d = inlineCallbacks(function()
    return select(2, pcall(xpcall, deep, debug.traceback, 1000)) and deep
  end)()
  self:assertNoResult(d)

  late:callback(5)

  self:assertIs(self:successResultOf(d), deep)
end

function BasicTests:test_awaitWithinPcallAndIterators()
  local first, second = defer.Deferred(), defer.Deferred()
  local d = inlineCallbacks(function()
    local _, a = pcall(function() return await(first) end)
    local sum = a
    for value in function(_, previous) return not previous and await(second) or nil end do
      sum = sum + value
    end
    return sum
  end)()
  first:callback(1)

  second:callback(2)

  self:assertEqual(self:successResultOf(d), 3)
end

-- A test runs in a coroutine that may wait: this calls `f` in one that is nobody's.
local function outside(f, ...)
  return coroutine.wrap(f)(...)
end

function BasicTests:test_awaitOutsideIsAClearError()
  local e = self:assertRaises(error.RuntimeError, outside, function()
    await(defer.Deferred())
  end)
  self:assertTrue(tostring(e):find("test_inline.lua:%d+: .*inlineCallbacks"), tostring(e))

  local own = coroutine.create(function() await(defer.succeed(1)) end)
  local ok, inOwn = coroutine.resume(own)
  self:assertFalse(ok)
  self:assertIsInstance(inOwn, error.RuntimeError)
  self:assertRaises(error.RuntimeError, outside, await, "a plain value")
end

function BasicTests:test_ownCoroutineWithinIsAClearError()
  local d = inlineCallbacks(function()
    local generator = coroutine.wrap(function() await(defer.succeed(1)) end)
    generator()
  end)()

  self:failureResultOf(d, error.RuntimeError)
end

function BasicTests:test_ownCoroutinesWithinWork()
  local d = inlineCallbacks(function()
    local sum = 0
    for value in coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end) do
      sum = sum + value + await(defer.succeed(10))
    end
    return sum
  end)()

  self:assertEqual(self:successResultOf(d), 23)
end

function BasicTests:test_rawYieldIsAClearError()
  local d = inlineCallbacks(function()
    coroutine.yield(defer.succeed(1))
  end)()

  self:assertIn("defer.await", self:failureResultOf(d, error.RuntimeError):getErrorMessage())
end

function BasicTests:test_blockingAwait()
  local asked
  local original = defer._blockingAwait
  self:addCleanup(function() defer._blockingAwait = original end)
  defer._blockingAwait = function(d)
    if d then
      asked = d
      d:callback("from the reactor")
    end
    return true
  end
  local d = defer.Deferred()

  self:assertEqual(outside(await, d), "from the reactor")
  self:assertIs(asked, d)
  self:assertEqual(outside(await, defer.succeed(3)), 3)
  self:assertEqual(outside(await, 4), 4)
  self:assertRaises(GenericError, outside, await, defer.fail(GenericError("x")))

  defer._blockingAwait = function() return false end
  self:assertRaises(error.RuntimeError, outside, await, defer.Deferred())
end

function BasicTests:test_closedVariables()
  local closed = {}
  local function closer(name)
    return setmetatable({}, { __close = function(_, e) closed[#closed + 1] = { name, tostring(e) } end })
  end
  local late = defer.Deferred()
  local d = inlineCallbacks(function()
    local _ <close> = closer("failing")
    await(late)
    raise(GenericError("x"))
  end)()
  self:assertEqual(#closed, 0)

  late:callback(nil)

  self:failureResultOf(d, GenericError)
  self:assertEqual(closed, { { "failing", "x" } })
  self:failureResultOf(inlineCallbacks(function()
    local _ <close> = setmetatable({}, { __close = function() raise(OtherError("on closing")) end })
    raise(GenericError("x"))
  end)(), OtherError)
end

function BasicTests:test_wrongUse()
  self:assertRaises(error.TypeError, inlineCallbacks, 3)
end

local NonLocalExitTests = class("NonLocalExitTests", unittest.TestCase)

function NonLocalExitTests:test_awaitInACallbackOfAnotherDeferredWaitsForThatOne()
  local late = defer.Deferred()
  local other = defer.Deferred():addCallback(function(value) return value + await(late) end)
  local d = inlineCallbacks(function()
    other:callback(1)
    return "after"
  end)()
  self:assertNoResult(d)

  late:callback(2)

  self:assertEqual(self:successResultOf(d), "after")
  self:assertEqual(self:successResultOf(other), 3)
end

local StackedInlineCallbacksTests = class("StackedInlineCallbacksTests", unittest.TestCase)

function StackedInlineCallbacksTests:test_nonCalledDeferredSingleYield()
  local late = defer.Deferred()
  local inner = inlineCallbacks(function() return await(late) end)
  local d = inlineCallbacks(function() return await(inner()) end)()
  self:assertNoResult(d)

  late:callback("value")

  self:assertEqual(self:successResultOf(d), "value")
end

function StackedInlineCallbacksTests:test_nonCalledDeferredMultipleYields()
  local first, second = defer.Deferred(), defer.Deferred()
  local inner = inlineCallbacks(function() return await(first) .. await(second) end)
  local d = inlineCallbacks(function() return await(inner()) .. "!" end)()
  first:callback("a")
  self:assertNoResult(d)

  second:callback("b")

  self:assertEqual(self:successResultOf(d), "ab!")
end

function StackedInlineCallbacksTests:test_intermediateAddCallbacksAndNoWaiting()
  local inner = inlineCallbacks(function() return 1 end)
  local d = inlineCallbacks(function()
    return await(inner():addCallback(function(value) return value + 1 end))
  end)()

  self:assertEqual(self:successResultOf(d), 2)
end

local function withAdded(waits)
  local inner = inlineCallbacks(function()
    local sum = 0
    for _, waited in ipairs(waits) do
      sum = sum + await(waited)
    end
    return sum
  end)
  return inlineCallbacks(function()
    return await(inner():addCallback(function(value) return value * 10 end))
  end)()
end

function StackedInlineCallbacksTests:test_intermediateAddCallbacksAndWithWaitingFirstYield()
  local late = defer.Deferred()
  local d = withAdded({ late, defer.succeed(2) })

  late:callback(1)

  self:assertEqual(self:successResultOf(d), 30)
end

function StackedInlineCallbacksTests:test_intermediateAddCallbacksAndWithWaitingSecondYield()
  local late = defer.Deferred()
  local d = withAdded({ defer.succeed(2), late })

  late:callback(1)

  self:assertEqual(self:successResultOf(d), 30)
end

function StackedInlineCallbacksTests:test_raisesExceptionFromDeferredWithWaitingFirstCallback()
  local late = defer.Deferred()
  local d = withAdded({ late })

  late:errback(GenericError("x"))

  self:failureResultOf(d, GenericError)
end

function StackedInlineCallbacksTests:test_raisesExceptionFromDeferredWithWaitingSecondCallback()
  local late = defer.Deferred()
  local d = withAdded({ defer.succeed(1), late })

  late:errback(GenericError("x"))

  self:failureResultOf(d, GenericError)
end

-- Far beyond Lua's limit of 200 nested calls from C.
local function nested(depth, innermost)
  local f
  f = inlineCallbacks(function(n)
    if n == 0 then
      return await(innermost)
    end
    return await(f(n - 1)) + 1
  end)
  return f(depth)
end

function StackedInlineCallbacksTests:test_deepNestingFired()
  self:assertEqual(self:successResultOf(nested(5000, defer.succeed(1))), 5001)
end

function StackedInlineCallbacksTests:test_deepNestingUnfired()
  local late = defer.Deferred()
  local d = nested(5000, late)
  self:assertNoResult(d)

  late:callback(1)

  self:assertEqual(self:successResultOf(d), 5001)
end

function StackedInlineCallbacksTests:test_deepNestingFailed()
  self:failureResultOf(nested(500, defer.fail(GenericError("deep"))), GenericError)
end

function StackedInlineCallbacksTests:test_deepNestingCancelled()
  local d = nested(100, defer.Deferred())

  d:cancel()

  self:failureResultOf(d, defer.CancelledError)
end

local ForwardTraceBackTests = class("ForwardTraceBackTests", unittest.TestCase)

function ForwardTraceBackTests:test_forwardTracebacks()
  local erring = inlineCallbacks(function()
    raise(GenericError("Error Marker"))
  end)
  local calling = inlineCallbacks(function()
    await(erring())
  end)

  local traceback = self:failureResultOf(calling(), GenericError):getTraceback()

  self:assertIn("GenericError: Error Marker", traceback)
  self:assertEqual(select(2, traceback:gsub("test_inline.lua:%d+: in ", "")), 2)
end

function ForwardTraceBackTests:test_forwardLotsOfTracebacks()
  local late = defer.Deferred()
  local functions = { inlineCallbacks(function() await(late) raise("Error Marker") end) }
  for i = 2, 5 do
    functions[i] = inlineCallbacks(function() await(functions[i - 1]()) end)
  end
  local d = functions[5]()

  late:callback(nil)

  local traceback = self:failureResultOf(d):getTraceback()
  self:assertEqual(select(2, traceback:gsub("test_inline.lua:%d+: in ", "")), 5)
end

function ForwardTraceBackTests:test_reraiseTracebacksFromDeferred()
  local d = inlineCallbacks(function()
    local ok, e = pcall(await, defer.succeed(1):addCallback(function() raise(GenericError("origin")) end))
    self:assertFalse(ok)
    raise(e)
  end)()

  local traceback = self:failureResultOf(d, GenericError):getTraceback()

  self:assertIn("-- passed on by:", traceback)
end

local CancellationTests = class("CancellationTests", unittest.TestCase)

-- The five shapes of Twisted's cases; each gives the outer Deferred, after the first wait where there is one.
local shapes = {
  [""] = function(waited, wrap)
    return inlineCallbacks(function() return wrap(waited) end)()
  end,
  StackedInlineCb = function(waited, wrap)
    local inner = inlineCallbacks(function() return await(waited) end)
    return inlineCallbacks(function() return wrap(inner()) end)()
  end,
  StackedInlineCbOnSecondDeferred = function(waited, wrap)
    local first = defer.Deferred()
    local inner = inlineCallbacks(function()
      await(first)
      return await(waited)
    end)
    local d = inlineCallbacks(function() return wrap(inner()) end)()
    first:callback(nil)
    return d
  end,
  StackedCoro = function(waited, wrap)
    local inner = coroutine.create(function() return await(waited) end)
    return defer.ensureDeferred(coroutine.create(function() return wrap(defer.ensureDeferred(inner)) end))
  end,
  StackedCoroOnSecondDeferred = function(waited, wrap)
    local first = defer.Deferred()
    local inner = coroutine.create(function()
      await(first)
      return await(waited)
    end)
    local d = defer.ensureDeferred(coroutine.create(function() return wrap(defer.ensureDeferred(inner)) end))
    first:callback(nil)
    return d
  end,
}

for shape, make in pairs(shapes) do
  CancellationTests["test_cascadeCancellingOnCancel" .. (shape == "" and "NotStacked" or shape)] = function(self)
    local cancelled = 0
    local d = make(defer.Deferred(function() cancelled = cancelled + 1 end), await)

    d:cancel()

    self:assertEqual(cancelled, 1)
    self:failureResultOf(d, defer.CancelledError)
  end

  CancellationTests["test_errbackCancelledErrorOnCancel" .. shape] = function(self)
    local d = make(defer.Deferred(), await)

    d:cancel()

    self:failureResultOf(d, defer.CancelledError)
  end

  CancellationTests["test_errorToErrorTranslation" .. shape] = function(self)
    local d = make(defer.Deferred(), function(waited)
      local ok, e = pcall(await, waited)
      self:assertFalse(ok)
      self:assertIsInstance(e, defer.CancelledError)
      raise(GenericError("translated"))
    end)

    d:cancel()

    self:failureResultOf(d, GenericError)
  end

  CancellationTests["test_errorToSuccessTranslation" .. shape] = function(self)
    local d = make(defer.Deferred(), function(waited)
      local ok = pcall(await, waited)
      return ok and "not cancelled" or "handled"
    end)

    d:cancel()

    self:assertEqual(self:successResultOf(d), "handled")
  end

  CancellationTests["test_asynchronousCancellation" .. shape] = function(self)
    local slow = defer.Deferred()
    local d = make(defer.Deferred(), function(waited)
      pcall(await, waited)
      return await(slow)
    end)
    d:cancel()
    self:assertNoResult(d)

    slow:callback("in the end")

    self:assertEqual(self:successResultOf(d), "in the end")
  end
end

function CancellationTests:test_inlineCallbacksCancelCaptured()
  local d = inlineCallbacks(function()
    local ok, e = pcall(await, defer.Deferred())
    self:assertFalse(ok)
    return e
  end)()

  d:cancel()

  self:assertIsInstance(self:successResultOf(d), defer.CancelledError)
end

function CancellationTests:test_secondCancelReachesTheNextWait()
  local d = inlineCallbacks(function()
    pcall(await, defer.Deferred())
    return await(defer.Deferred())
  end)()
  d:cancel()
  self:assertNoResult(d)

  d:cancel()

  self:failureResultOf(d, defer.CancelledError)
end

function CancellationTests:test_cancelWhileRunningReachesTheNextWait()
  local d, first = nil, defer.Deferred()
  d = inlineCallbacks(function()
    await(first)
    d:cancel()
    return await(defer.Deferred())
  end)()

  first:callback(nil)

  self:failureResultOf(d, defer.CancelledError)
end

function CancellationTests:test_cancelAfterTheEndDoesNothing()
  local d = inlineCallbacks(function() return 1 end)()

  d:cancel()

  self:assertEqual(self:successResultOf(d), 1)
end

function CancellationTests:test_timeoutOfAWaitingFunction()
  local clock = require("twisted.internet.task").Clock()
  local d = inlineCallbacks(function() await(defer.Deferred()) end)():addTimeout(1, clock)

  clock:advance(1)

  self:failureResultOf(d, defer.TimeoutError)
end

local DeferredGeneratorTests = class("DeferredGeneratorTests", unittest.TestCase)

function DeferredGeneratorTests:test_deferredYielding()
  local waited = defer.Deferred()
  local two = {}
  for i = 1, 2 do
    two[i] = inlineCallbacks(function() return await(waited) end)()
  end

  waited:callback("once")

  -- Waiting takes the result, as it does in Twisted: the second finds nothing.
  self:assertEqual(self:successResultOf(two[1]), "once")
  self:assertIsNone(self:successResultOf(two[2]))
end

function DeferredGeneratorTests:test_callbacksAddedWhileWaitingRunAfterwards()
  local order = {}
  local waited = defer.Deferred()
  inlineCallbacks(function() await(waited) order[#order + 1] = "function" end)()
  waited:addCallback(function(value) order[#order + 1] = "callback" .. tostring(value) end)

  waited:callback(1)

  self:assertEqual(order, { "function", "callbacknil" })
end

local failureOf = failure.call

function DeferredGeneratorTests:test_stringsRaisedThroughWaitsStayTheSame()
  local _, reason = failureOf(raise, "text")
  local d = inlineCallbacks(function() await(defer.fail(reason)) end)()

  self:assertEqual(self:failureResultOf(d).value, reason.value)
end

-- The same with a script's own coroutines, given to ensureDeferred.

local function coro(f)
  return function(...)
    local args = table.pack(...)
    return defer.ensureDeferred(coroutine.create(function() return f(table.unpack(args, 1, args.n)) end))
  end
end

-- Functions that wait are coroutines of a script's own, as Twisted's deferredGenerator took generators.

function DeferredGeneratorTests:test_basics()
  local late, failing = defer.Deferred(), defer.Deferred()
  local d = coro(function(first)
    self:assertEqual(first, "argument")
    self:assertEqual(await(defer.succeed("fired")), "fired")
    self:assertEqual(await(late), "late")
    local ok, e = pcall(await, failing)
    self:assertFalse(ok)
    self:assertIsInstance(e, GenericError)
    return "result"
  end)("argument")
  late:callback("late")
  self:assertNoResult(d)

  failing:errback(GenericError("x"))

  self:assertEqual(self:successResultOf(d), "result")
end

function DeferredGeneratorTests:test_producesException()
  local e = GenericError("x")
  local d = coro(function()
    await(defer.succeed(1))
    raise(e)
  end)()

  self:assertIs(self:failureResultOf(d, GenericError).value, e)
end

function DeferredGeneratorTests:test_nothing()
  self:assertIsNone(self:successResultOf(coro(function() return nil end)()))
end

function DeferredGeneratorTests:test_handledTerminalFailure()
  local d = coro(function()
    pcall(await, defer.fail(GenericError("handled")))
  end)()

  self:assertIsNone(self:successResultOf(d))
  defer._reportUnhandled()
  self:assertEqual(#self:flushLoggedErrors(), 0)
end

function DeferredGeneratorTests:test_handledTerminalAsyncFailure()
  local failing = defer.Deferred()
  local d = coro(function()
    pcall(await, failing)
  end)()

  failing:errback(GenericError("handled"))

  self:assertIsNone(self:successResultOf(d))
  defer._reportUnhandled()
  self:assertEqual(#self:flushLoggedErrors(), 0)
end

local function sum(values)
  return coro(function()
    local total = 0
    for _ = 1, 5000 do
      total = total + await(values())
    end
    return total
  end)()
end

function DeferredGeneratorTests:test_stackUsage()
  self:assertEqual(self:successResultOf(sum(function() return defer.succeed(1) end)), 5000)
end

function DeferredGeneratorTests:test_stackUsage2()
  self:assertEqual(self:successResultOf(sum(function() return 1 end)), 5000)
end

function BasicTests:test_basicsAsync()
  local late = defer.Deferred()
  local d = coro(function(a) return a + await(defer.succeed(1)) + await(late) end)(10)
  self:assertNoResult(d)

  late:callback(100)

  self:assertEqual(self:successResultOf(d), 111)
end

function BasicTests:test_handledCoroAsyncFailure()
  local failing = defer.Deferred()
  local d = coro(function() return (pcall(await, failing)) end)()

  failing:errback(GenericError("handled"))

  self:assertEqual(self:successResultOf(d), false)
end

-- A coroutine within that has come to its end is an error there, not the function's end.
function BasicTests:test_internalStopIterationDoesntLeak()
  local d = inlineCallbacks(function()
    local exhausted = coroutine.wrap(function() return nil end)
    exhausted()
    local ok, message = pcall(exhausted)
    await(defer.succeed(nil))
    return { ok, message }
  end)()

  self:assertEqual(self:successResultOf(d), { false, "cannot resume dead coroutine" })
end

function BasicTests:test_nonGeneratorReturnValue()
  -- A function that never waits is as good as any.
  self:assertEqual(self:successResultOf(inlineCallbacks(function() return 1 end)()), 1)
end

function StackedInlineCallbacksTests:test_nonCalledDeferredSingleYieldCoro()
  local late = defer.Deferred()
  local inner = coro(function() return await(late) end)
  local d = coro(function() return await(inner()) end)()

  late:callback("value")

  self:assertEqual(self:successResultOf(d), "value")
end

function StackedInlineCallbacksTests:test_nonCalledDeferredMultipleYieldsCoro()
  local first, second = defer.Deferred(), defer.Deferred()
  local inner = coro(function() return await(first) .. await(second) end)
  local d = coro(function() return await(inner()) end)()
  first:callback("a")

  second:callback("b")

  self:assertEqual(self:successResultOf(d), "ab")
end

function ForwardTraceBackTests:test_forwardTracebacksCoro()
  local erring = coro(function() raise(GenericError("Error Marker")) end)

  local traceback = self:failureResultOf(coro(function() await(erring()) end)(), GenericError):getTraceback()

  self:assertTrue(select(2, traceback:gsub("test_inline.lua:%d+: in ", "")) >= 2, traceback)
end

function ForwardTraceBackTests:test_forwardLotsOfTracebacksCoro()
  local f = coro(function() raise(GenericError("Error Marker")) end)
  for _ = 2, 5 do
    local inner = f
    f = coro(function() await(inner()) end)
  end

  local traceback = self:failureResultOf(f(), GenericError):getTraceback()

  self:assertTrue(select(2, traceback:gsub("test_inline.lua:%d+: in ", "")) >= 5, traceback)
end

local StopIterationReturnTests = class("StopIterationReturnTests", unittest.TestCase)

function StopIterationReturnTests:test_returnWithValue()
  self:assertEqual(self:successResultOf(inlineCallbacks(function()
    await(5)
    return 6
  end)()), 6)
end

local InlineCallbackTests = class("InlineCallbackTests", unittest.TestCase)

function InlineCallbackTests:test_fromCoroutineRequiresCoroutine()
  local running = coroutine.running()
  local dead = coroutine.create(function() return nil end)
  coroutine.resume(dead)

  for _, value in ipairs({ 3, {}, dead, running }) do
    self:assertRaises(defer.NotACoroutineError, defer.ensureDeferred, value)
  end
end

function InlineCallbackTests:test_coroutineNoCircularReference()
  local held = setmetatable({}, { __mode = "v" })
  local function go()
    local object = {}
    held.object = object
    held.d = coro(function(argument) return await(defer.succeed(argument)) end)(object)
  end
  go()

  collectgarbage()
  collectgarbage()

  self:assertIsNone(next(held))
end

return {
  BasicTests, NonLocalExitTests, StackedInlineCallbacksTests, ForwardTraceBackTests, CancellationTests,
  DeferredGeneratorTests, StopIterationReturnTests, InlineCallbackTests,
}
