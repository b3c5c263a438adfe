local class = require("class")
local defer = require("twisted.internet.defer")
local error = require("twisted.internet.error")
local failure = require("twisted.python.failure")
local log = require("twisted.python.log")
local task = require("twisted.internet.task")
local unittest = require("twisted.trial.unittest")

local raise = _G.error
local Failure = failure.Failure
local ValueError, RuntimeError = error.ValueError, error.RuntimeError
local GenericError = class("GenericError", error.Exception)

-- Keeps what it is called with.
local function recorder(list, returned)
  return function(...)
    list[#list + 1] = table.pack(...)
    return returned
  end
end

local function identity(value)
  return value
end

local UtilTests = class("UtilTests", unittest.TestCase)

function UtilTests:test_logErrorReturnsError()
  local reason = Failure(GenericError("x"))

  self:assertIs(defer.logError(reason), reason)
  self:assertEqual(#self:flushLoggedErrors(GenericError), 1)
end

function UtilTests:test_logErrorLogsError()
  local reason = Failure(GenericError("x"))

  defer.logError(reason)

  local logged = self:flushLoggedErrors(GenericError)
  self:assertEqual(#logged, 1)
  self:assertIs(logged[1].value, reason.value)
end

function UtilTests:test_logErrorLogsErrorNoRepr()
  local texts = {}
  local function observer(event) texts[#texts + 1] = log.textFromEvent(event) end
  log.addObserver(observer)
  self:addCleanup(log.removeObserver, observer)

  defer.logError(Failure(RuntimeError("why")))

  self:flushLoggedErrors(RuntimeError)
  self:assertEqual(#texts, 1)
  self:assertTrue(texts[1]:find("^Unhandled Error\nTraceback "), texts[1])
  self:assertNotIn("<twisted", texts[1])
end

local DeferredTests = class("DeferredTests", unittest.TestCase)

function DeferredTests:setUp()
  self.results, self.errors = {}, {}
  self.callback = function(...)
    self.results[#self.results + 1] = table.pack(...)
    return (...)
  end
  self.errback = function(...)
    self.errors[#self.errors + 1] = table.pack(...)
  end
end

function DeferredTests:test_callbackWithoutArgs()
  local d = defer.Deferred()
  d:addCallback(self.callback)

  d:callback("hello")

  self:assertEqual(self.results, { { "hello", n = 1 } })
  self:assertEqual(self.errors, {})
end

function DeferredTests:test_callbackWithArgs()
  local d = defer.Deferred()
  d:addCallback(self.callback, "world")

  d:callback("hello")

  self:assertEqual(self.results, { { "hello", "world", n = 2 } })
end

function DeferredTests:test_callbackWithKwArgs()
  local options = { world = true }
  local d = defer.Deferred()
  d:addCallback(self.callback, options)

  d:callback("hello")

  self:assertIs(self.results[1][2], options)
end

function DeferredTests:test_extraArgsUpToFiveAndNilAmongThem()
  local d = defer.succeed("r")
  d:addCallback(self.callback, nil, 2)
  d:addCallback(self.callback, 1, 2, 3)
  d:addBoth(self.callback, 1, nil, 3, 4)
  d:addCallback(self.callback, 1, 2, nil, 4, 5)
  d:addCallback(function() raise("x") end)
  d:addErrback(function(_, a, b) self:assertEqual({ a, b }, { "a", "b" }) end, "a", "b")

  self:assertEqual(self.results, {
    { "r", nil, 2, n = 3 }, { "r", 1, 2, 3, n = 4 }, { "r", 1, nil, 3, 4, n = 5 }, { "r", 1, 2, nil, 4, 5, n = 6 },
  })
  self:assertRaises(error.TypeError, d.addCallback, d, self.callback, 1, 2, 3, 4, 5, 6)
end

function DeferredTests:test_nilIsAResult()
  local d = defer.Deferred()
  d:addCallback(self.callback)

  d:callback(nil)

  self:assertEqual(self.results, { { nil, n = 1 } })
  self:assertTrue(d.called)
end

function DeferredTests:test_twoCallbacks()
  local d = defer.Deferred()
  d:addCallback(function(value) self.callback(value) return value .. "!" end)
  d:addCallback(self.callback)

  d:callback("hello")

  self:assertEqual(self.results, { { "hello", n = 1 }, { "hello!", n = 1 } })
end

function DeferredTests:test_addCallbacksNoneErrback()
  local e = GenericError("e")
  local d = defer.Deferred()
  d:addCallbacks(self.callback, nil)
  d:addErrback(self.errback)

  d:errback(e)

  self:assertEqual(self.results, {})
  self:assertIs(self.errors[1][1].value, e)
end

function DeferredTests:test_addCallbacksNoneCallback()
  local d = defer.Deferred()
  d:addCallbacks(nil, self.errback)
  d:addCallback(self.callback)

  d:callback(1)

  self:assertEqual(self.results, { { 1, n = 1 } })
end

function DeferredTests:test_addCallbacksNoneCallbackArgs()
  local d = defer.Deferred()
  d:addCallbacks(self.callback, self.errback, nil, { "x" })

  d:callback("hello")

  self:assertEqual(self.results, { { "hello", n = 1 } })
end

function DeferredTests:test_addCallbacksNoneErrbackArgs()
  local d = defer.Deferred()
  d:addCallbacks(self.callback, self.errback, { "x" }, nil)

  d:errback(GenericError("e"))

  self:assertEqual(self.errors[1].n, 1)
end

function DeferredTests:test_addCallbacksArgs()
  local d = defer.succeed("r")
  d:addCallbacks(self.callback, self.errback, { 1, nil, 3, n = 3 }, { "x" })
  d:addCallback(function() raise("x") end)
  d:addCallbacks(self.callback, self.errback, { 1 }, { "x", "y" })

  self:assertEqual(self.results, { { "r", 1, nil, 3, n = 4 } })
  self:assertEqual({ table.unpack(self.errors[1], 2) }, { "x", "y" })
end

function DeferredTests:test_nonCallableIsRefusedAtTheCallersLine()
  local d = defer.Deferred()

  for _, method in ipairs({ "addCallback", "addErrback", "addBoth", "addCallbacks" }) do
    local e = self:assertRaises(error.TypeError, function()
      d[method](d, "no function")
    end)
    self:assertTrue(tostring(e):find("test_defer.lua:%d+: " .. method .. " needs a function, got string"), tostring(e))
  end
  self:assertRaises(error.TypeError, d.addCallback, d)
  local callable = setmetatable({}, { __call = function(_, value) return value + 1 end })
  self:assertEqual(self:successResultOf(defer.succeed(1):addCallback(callable)), 2)
end

function DeferredTests:test_immediateSuccess()
  defer.succeed("success"):addCallback(self.callback)

  self:assertEqual(self.results, { { "success", n = 1 } })
end

function DeferredTests:test_succeedMatchesManualSuccess()
  local d = defer.Deferred()
  d:callback("x")
  local s = defer.succeed("x")

  for _, field in ipairs({ "called", "result", "paused" }) do
    self:assertEqual(s[field], d[field], field)
  end
end

function DeferredTests:test_succeedWithFailureAndDeferred()
  self:failureResultOf(defer.succeed(Failure(GenericError("x"))), GenericError)
  self:assertRaises(error.AssertionError, defer.succeed, defer.Deferred())
end

function DeferredTests:test_immediateFailure()
  local e = GenericError("fail")

  defer.fail(e):addErrback(self.errback)

  self:assertIs(self.errors[1][1].value, e)
end

function DeferredTests:test_pausedFailure()
  local d = defer.fail(GenericError("fail"))
  d:pause()
  d:addErrback(self.errback)
  self:assertEqual(self.errors, {})

  d:unpause()

  self:assertEqual(#self.errors, 1)
end

function DeferredTests:test_pausedWhenFired()
  local order = {}
  local d = defer.Deferred()
  d:addCallback(function() order[#order + 1] = "run" end)
  d:pause()
  d:callback(1)
  order[#order + 1] = "paused"

  d:unpause()

  self:assertEqual(order, { "paused", "run" })
end

function DeferredTests:test_callbackErrors()
  local e = GenericError("bang")
  local d = defer.Deferred()
  d:addCallback(function() raise(e) end)
  d:addCallback(self.callback)
  d:addErrback(self.errback)

  d:callback(1)

  self:assertIs(self.errors[1][1].value, e)
  self:assertIn("test_defer.lua", self.errors[1][1].traceback)
  self:assertEqual(self.results, {})
end

function DeferredTests:test_stringErrorsKeepTheirPosition()
  local d = defer.succeed(1):addCallback(function() raise("bang") end)

  self:assertTrue(self:failureResultOf(d, "string"):getErrorMessage():find("test_defer.lua:%d+: bang$"))
end

function DeferredTests:test_errbackMakesFailures()
  local d = defer.Deferred()
  d:errback("just text")

  local reason = self:failureResultOf(d)

  self:assertEqual(reason.value, "just text")
  self:assertTrue(reason:getTraceback():find("test_defer.lua:%d+"))
end

function DeferredTests:test_unpauseBeforeCallback()
  local d = defer.Deferred()
  d:pause()
  d:addCallback(self.callback)
  d:unpause()
  self:assertEqual(self.results, {})

  d:callback(1)

  self:assertEqual(#self.results, 1)
end

function DeferredTests:test_callbackReturnsDeferred()
  local inner = defer.Deferred()
  local d = defer.Deferred()
  d:addCallback(function() return inner end)
  d:addCallback(self.callback)
  d:callback(nil)
  self:assertEqual(self.results, {})

  inner:callback("inner")

  self:assertEqual(self.results, { { "inner", n = 1 } })
end

function DeferredTests:test_callbackMaybeReturnsFailure()
  local reason = Failure(GenericError("x"))
  local d = defer.succeed(1):addCallback(function() return reason end)
  d:addErrback(self.errback)

  self:assertIs(self.errors[1][1], reason)
end

function DeferredTests:test_errbackReturnsDeferred()
  local inner = defer.Deferred()
  local d = defer.fail(GenericError("x"))
  d:addErrback(function() return inner end)
  d:addCallback(self.callback)
  self:assertEqual(self.results, {})

  inner:callback("inner")

  self:assertEqual(self.results, { { "inner", n = 1 } })
end

function DeferredTests:test_errbackReturnsValue()
  self:assertEqual(self:successResultOf(defer.fail(GenericError("x")):addErrback(function() return 5 end)), 5)
end

function DeferredTests:test_callbackRefusesDeferred()
  local d = defer.Deferred()

  self:assertRaises(error.AssertionError, d.callback, d, defer.Deferred())
  self:assertRaises(error.AssertionError, d.errback, d, defer.Deferred())
  self:assertFalse(d.called)
end

function DeferredTests:test_chainedPausedDeferredWithResult()
  local expected = {}
  local paused = defer.Deferred()
  paused:callback(expected)
  paused:pause()
  local d = defer.Deferred()
  d:addCallback(function() return paused end)
  d:callback(nil)
  self:assertNoResult(d)

  paused:unpause()

  self:assertIs(self:successResultOf(d), expected)
end

function DeferredTests:test_pausedDeferredChained()
  local paused = defer.Deferred()
  local d = defer.Deferred()
  d:addCallback(function() return paused end)
  d:callback(nil)
  d:pause()
  paused:callback("value")
  self:assertIsNone(self:successResultOf(paused))
  self:assertEqual(d.paused, 1)

  d:unpause()

  self:assertEqual(self:successResultOf(d), "value")
end

function DeferredTests:test_reentrantRunCallbacks()
  local order = {}
  local d = defer.Deferred()
  d:addCallback(function()
    order[#order + 1] = 1
    d:addCallback(function() order[#order + 1] = 3 end)
  end)
  d:addCallback(function() order[#order + 1] = 2 end)

  d:callback(nil)

  self:assertEqual(order, { 1, 2, 3 })
end

function DeferredTests:test_nonReentrantCallbacks()
  local order = {}
  local d = defer.Deferred()
  d:addCallback(function()
    order[#order + 1] = "begin"
    d:addCallback(function() order[#order + 1] = "added" end)
    order[#order + 1] = "end"
  end)

  d:callback(nil)

  self:assertEqual(order, { "begin", "end", "added" })
end

function DeferredTests:test_reentrantRunCallbacksWithFailure()
  local d = defer.Deferred()
  d:addCallback(function()
    d:addCallback(function() raise(GenericError("added")) end)
    d:addErrback(self.errback)
  end)

  d:callback(nil)

  self:assertEqual(tostring(self.errors[1][1].value), "added")
end

function DeferredTests:test_synchronousImplicitChain()
  local inner = defer.succeed("inner")
  local d = defer.succeed(nil):addCallback(function() return inner end):addCallback(self.callback)

  self:assertTrue(d.called)
  self:assertEqual(self.results[1][1], "inner")
  self:assertIsNone(inner.result)
end

function DeferredTests:test_asynchronousImplicitChain()
  local first, second = defer.Deferred(), defer.Deferred()
  first:addCallback(function() return second end)
  first:callback(nil)
  first:addCallback(self.callback)
  self:assertEqual(self.results, {})

  second:callback("late")
  second:addCallback(function(value) self.ofSecond = table.pack(value) end)

  self:assertEqual(self.results[1][1], "late")
  self:assertEqual(self.ofSecond, { nil, n = 1 })
end

function DeferredTests:test_synchronousImplicitErrorChain()
  local inner = defer.fail(GenericError("inner"))
  local d = defer.succeed(nil):addCallback(function() return inner end)

  self:failureResultOf(d, GenericError)
  self:assertIsNone(inner.result)
  inner, d = nil, nil
  defer._reportUnhandled()
  self:assertEqual(#self:flushLoggedErrors(), 0)
end

function DeferredTests:test_asynchronousImplicitErrorChain()
  local first, second = defer.Deferred(), defer.Deferred()
  first:addCallback(function() return second end)
  first:callback(nil)
  first:addErrback(self.errback)
  self:assertEqual(self.errors, {})

  second:errback(GenericError("late"))

  self:assertEqual(#self.errors, 1)
  self:assertIsNone(second.result)
end

function DeferredTests:test_doubleAsynchronousImplicitChaining()
  local first, second, third = defer.Deferred(), defer.Deferred(), defer.Deferred()
  first:addCallback(function() return second end)
  second:addCallback(function() return third end)
  local this, that = {}, {}
  first:addCallback(recorder(this))
  first:callback(nil)
  second:callback(nil)
  self:assertEqual(#this, 0)

  third:callback(that)

  self:assertIs(this[1][1], that)
  self:assertIsNone(second.result)
  self:assertIsNone(third.result)
end

function DeferredTests:test_nestedAsynchronousChainedDeferreds()
  local results, failures = {}, {}
  local inner, d = defer.Deferred(), defer.Deferred()
  local function nest(value)
    results[#results + 1] = { "outer", value }
    return defer.succeed("start inner"):addCallback(function(v)
      results[#results + 1] = { "inner", v }
      return inner
    end)
  end
  d:addCallback(nest)
  d:addErrback(recorder(failures))
  d:callback("start")
  self:assertEqual(results, { { "outer", "start" }, { "inner", "start inner" } })

  inner:callback("done")

  self:assertEqual(failures, {})
  self:assertEqual(self:successResultOf(d), "done")
end

function DeferredTests:test_nestedAsynchronousChainedDeferredsWithExtraCallbacks()
  local order = {}
  local inner, d = defer.Deferred(), defer.Deferred()
  d:addCallback(function()
    local middle = defer.succeed("middle")
    middle:addCallback(function() return inner end)
    middle:addCallback(function(value)
      order[#order + 1] = "middle " .. value
      return value .. "+"
    end)
    return middle
  end)
  d:addCallback(function(value)
    order[#order + 1] = "outer " .. value
  end)
  d:callback(nil)
  inner:addCallback(function() order[#order + 1] = "inner" end)

  inner:callback("value")

  self:assertEqual(order, { "middle value", "outer value+", "inner" })
end

function DeferredTests:test_innerCallbacksPreserved()
  local results = {}
  local first, second, third = defer.Deferred(), defer.Deferred(), defer.Deferred()
  first:addCallback(function() return second end)
  second:addCallback(function() return third end)
  second:addCallback(function(value)
    results[#results + 1] = { "second", value }
    return "from second"
  end)
  first:callback(nil)
  second:callback(nil)
  first:addCallback(function(value) results[#results + 1] = { "first", value } end)

  third:callback("from third")

  self:assertEqual(results, { { "second", "from third" }, { "first", "from second" } })
end

function DeferredTests:test_continueCallbackNotFirst()
  local results = {}
  local first, second = defer.Deferred(), defer.Deferred()
  second:addCallback(function(value) results[#results + 1] = "second's own" return value end)
  first:addCallback(function() return second end)
  first:addCallback(function(value) results[#results + 1] = "first " .. value end)
  first:callback(nil)

  second:callback("value")

  self:assertEqual(results, { "second's own", "first value" })
end

function DeferredTests:test_callbackOrderPreserved()
  local results = {}
  local first, second = defer.Deferred(), defer.Deferred()
  first:addCallback(function() return second end)
  first:addCallback(function(value) results[#results + 1] = { "first", value } end)
  first:callback(nil)
  second:addCallback(function(value) results[#results + 1] = { "second", value } end)

  second:callback("value")

  self:assertEqual(results, { { "first", "value" }, { "second", nil } })
end

function DeferredTests:test_resultOfDeferredResultOfDeferredOfFiredDeferredCalled()
  local results = {}
  local first, second, third = defer.Deferred(), defer.Deferred(), defer.Deferred()
  first:addCallback(function() return second end)
  first:callback(nil)
  second:addCallback(function() return third end)
  second:callback(nil)
  third:callback(nil)

  second:addCallback(function() results[#results + 1] = "late" end)

  self:assertEqual(results, { "late" })
end

function DeferredTests:test_chainDeferredRecordsExplicitChain()
  local a, b = defer.Deferred(), defer.Deferred()

  a:chainDeferred(b)

  self:assertTrue(tostring(b):find("waiting on Deferred at 0x%x+>$"))
end

function DeferredTests:test_explicitChainClearedWhenResolved()
  local a, b = defer.Deferred(), defer.Deferred()
  a:chainDeferred(b)
  b:addCallback(self.callback)

  a:callback("x")

  self:assertFalse(tostring(b):find("waiting"))
  self:assertEqual(self.results, { { "x", n = 1 } })
  self:assertIsNone(a.result)
end

function DeferredTests:test_whatAChainedCallbackAddsWaitsUntilThatIsDone()
  local a, b, calls = defer.Deferred(), defer.Deferred(), {}
  a:chainDeferred(b)
  b:addCallback(function()
    a:addCallback(function() table.insert(calls, "added to a") end)
  end)
  b:addCallback(function() table.insert(calls, "b goes on") end)

  a:callback(1)

  self:assertEqual(calls, { "b goes on", "added to a" })
end

function DeferredTests:test_cancelOfFiredDeferredsChainedToEachOtherEnds()
  local a, b = defer.succeed(1), defer.succeed(2)
  a:chainDeferred(b)
  b:chainDeferred(a)
  a:addErrback(function() end)
  b:addErrback(function() end)

  a:cancel()

  self:assertIsNone(a.result)
end

function DeferredTests:test_chainDeferredPassesFailures()
  local a, b = defer.Deferred(), defer.Deferred()
  a:chainDeferred(b)

  a:errback(GenericError("x"))

  self:failureResultOf(b, GenericError)
end

function DeferredTests:test_chainDeferredToAFiredOneFails()
  local a = defer.Deferred():chainDeferred(defer.succeed(1))

  a:callback(2)

  self:failureResultOf(a, defer.AlreadyCalledError)
end

function DeferredTests:test_chainDeferredRecordsImplicitChain()
  local a, b = defer.Deferred(), defer.Deferred()
  a:addCallback(function() return b end)

  a:callback(nil)

  self:assertEqual(tostring(a), string.format("<Deferred at %p waiting on Deferred at %p>", a, b))
end

function DeferredTests:test_circularChainException()
  local d = defer.Deferred()
  d:addCallback(function() return d end)

  d:callback("foo")

  self:assertIn("wait for itself", self:failureResultOf(d, RuntimeError):getErrorMessage())
end

function DeferredTests:test_repr()
  local d = defer.Deferred()

  self:assertEqual(tostring(d), string.format("<Deferred at %p>", d))
end

function DeferredTests:test_reprWithResult()
  local d = defer.Deferred()
  d:callback("orange")

  self:assertEqual(tostring(d), string.format("<Deferred at %p current result: orange>", d))
end

function DeferredTests:test_reprWithChaining()
  self:test_chainDeferredRecordsImplicitChain()
end

function DeferredTests:test_boundedStackDepth()
  local total = 0
  local d = defer.succeed(nil)
  for _ = 1, 20000 do
    d:addCallback(function() total = total + 1 end)
  end
  self:assertEqual(total, 20000)
end

function DeferredTests:test_longChainsNeedNoStack()
  local first = defer.Deferred()
  local d = first
  for _ = 1, 10000 do
    local inner = d
    d = defer.succeed(nil):addCallback(function() return inner end)
  end

  first:callback("through")

  self:assertEqual(self:successResultOf(d), "through")
end

function DeferredTests:test_longExplicitChainsNeedNoStack()
  local first = defer.Deferred()
  local d = first
  for _ = 1, 10000 do
    local following = defer.Deferred()
    d:chainDeferred(following)
    d = following
  end

  first:callback("through")

  self:assertEqual(self:successResultOf(d), "through")
end

function DeferredTests:test_manyErrorsInARow()
  local d = defer.Deferred()
  for _ = 1, 1000 do
    d:addBoth(function() raise(GenericError("again")) end)
  end

  d:callback(nil)

  self:failureResultOf(d, GenericError)
end

function DeferredTests:test_errbackWithNoArgs()
  local d = defer.Deferred()

  self:assertRaises(defer.NoCurrentExceptionError, d.errback, d)
  self:assertFalse(d.called)
end

-- The failure of a callback that raises, and of a function that waits.
local function failuresWithLocals()
  local function raiseError(argument)
    raise(GenericError("Bang"), argument and 1)
  end
  local reasons = {}
  for _, d in ipairs({ defer.succeed("argument's text"):addCallback(raiseError), defer.inlineCallbacks(raiseError)("argument's text") }) do
    d:addErrback(function(reason) reasons[#reasons + 1] = reason end)
  end
  return reasons
end

function DeferredTests:test_errorInCallbackDoesNotCaptureVars()
  for _, reason in ipairs(failuresWithLocals()) do
    self:assertIsNone(reason.frames)
  end
end

function DeferredTests:test_errorInCallbackCapturesVarsWhenDebugging()
  defer.setDebugging(true)
  self:addCleanup(defer.setDebugging, false)

  local reasons = failuresWithLocals()

  self:assertEqual(#reasons, 2)
  for _, reason in ipairs(reasons) do
    self:assertIn("  argument : \"argument's text\"\n", reason:getTraceback("verbose"))
  end
end

function DeferredTests:test_maybeDeferredSync()
  self:assertEqual(self:successResultOf(defer.maybeDeferred(function() return 10 end)), 10)
end

function DeferredTests:test_maybeDeferredSyncWithArgs()
  self:assertEqual(self:successResultOf(defer.maybeDeferred(function(a, b) return a + b end, 5, 6)), 11)
end

function DeferredTests:test_maybeDeferredSyncException()
  self:failureResultOf(defer.maybeDeferred(function() raise(ValueError("that value is unacceptable")) end), ValueError)
end

function DeferredTests:test_maybeDeferredSyncFailure()
  local reason = Failure(ValueError("x"))

  self:assertIs(self:failureResultOf(defer.maybeDeferred(function() return reason end)), reason)
end

function DeferredTests:test_maybeDeferredAsync()
  local d = defer.Deferred()

  self:assertIs(defer.maybeDeferred(function() return d end), d)
end

function DeferredTests:test_maybeDeferredAsyncError()
  local d = defer.maybeDeferred(function() return defer.fail(GenericError("x")) end)

  self:failureResultOf(d, GenericError)
end

local function coroutineOf(f)
  return function()
    return coroutine.create(f)
  end
end

function DeferredTests:test_maybeDeferredCoroutineSuccess()
  local d = defer.maybeDeferred(coroutineOf(function() return "value" end))

  self:assertEqual(self:successResultOf(d), "value")
end

function DeferredTests:test_maybeDeferredCoroutineSuccessIndirect()
  local waited = defer.Deferred()
  local d = defer.maybeDeferred(coroutineOf(function() return defer.await(waited) .. "!" end))

  waited:callback("value")

  self:assertEqual(self:successResultOf(d), "value!")
end

function DeferredTests:test_maybeDeferredCoroutineFailure()
  local d = defer.maybeDeferred(coroutineOf(function() raise(GenericError("x")) end))

  self:failureResultOf(d, GenericError)
end

function DeferredTests:test_execute()
  self:assertEqual(self:successResultOf(defer.execute(math.max, 1, 3)), 3)
  self:failureResultOf(defer.execute(raise, GenericError("x")), GenericError)
end

function DeferredTests:test_fromCoroutine()
  self:assertEqual(self:successResultOf(defer.ensureDeferred(coroutine.create(function() return 4 end))), 4)
end

function DeferredTests:test_fromCoroutineRequiresCoroutine()
  for _, value in ipairs({ 1, true, "text", defer, { value = 1 } }) do
    self:assertRaises(defer.NotACoroutineError, defer.ensureDeferred, value)
  end
end

-- An object of any class below Deferred is one to a callback that returns it.
function DeferredTests:test_DEFERRED_SUBCLASSES()
  local Own = class("Own", defer.Deferred)
  local OwnBelow = class("OwnBelow", Own)
  for _, cls in ipairs({ Own, OwnBelow, defer.DeferredList }) do
    local waiting = cls == defer.DeferredList and cls({ defer.Deferred() }) or cls()
    local d = defer.succeed(nil):addCallback(function() return waiting end)
    self:assertNoResult(d)

    waiting:callback("of " .. cls.__name)

    self:assertEqual(self:successResultOf(d), "of " .. cls.__name)
  end
end

-- Firing twice

local AlreadyCalledTests = class("AlreadyCalledTests", unittest.TestCase)

local function fired(how)
  local d = defer.Deferred()
  d[how](d, how == "callback" and 1 or GenericError("first"))
  d:addErrback(function() return nil end)
  return d
end

local function alreadyCalled(first, second, debugging)
  return function(self)
    if debugging then
      defer.setDebugging(true)
      self:addCleanup(defer.setDebugging, false)
    end
    local d = fired(first)
    local e = self:assertRaises(defer.AlreadyCalledError, d[second], d, GenericError("second"))
    local text = tostring(e)
    self:assertIn("fired already", text)
    self:assertEqual(text:find("test_defer.lua:%d+") ~= nil, debugging == true)
  end
end

for name, order in pairs({
  CC = { "callback", "callback" }, CE = { "callback", "errback" },
  EC = { "errback", "callback" }, EE = { "errback", "errback" },
}) do
  AlreadyCalledTests["test_alreadyCalled_" .. name] = alreadyCalled(order[1], order[2])
  AlreadyCalledTests["test_alreadyCalledDebug_" .. name] = alreadyCalled(order[1], order[2], true)
end

function AlreadyCalledTests:test_noDebugging()
  local d = fired("callback")

  self:assertFalse(tostring(self:assertRaises(defer.AlreadyCalledError, d.callback, d)):find("made by"))
end

function AlreadyCalledTests:test_switchDebugging()
  local d = defer.Deferred()
  defer.setDebugging(true)
  self:addCleanup(defer.setDebugging, false)
  self:assertTrue(defer.getDebugging())

  d:callback(1)

  self:assertRaises(defer.AlreadyCalledError, d.callback, d, 2)
  defer.setDebugging(false)
  self:assertFalse(defer.getDebugging())
  self:assertRaises(defer.AlreadyCalledError, d.callback, d, 2)
end

-- Cancelling

local DeferredCancellerTests = class("DeferredCancellerTests", unittest.TestCase)

function DeferredCancellerTests:setUp()
  self.errors, self.results = {}, {}
end

function DeferredCancellerTests:waiting(canceller)
  local d = defer.Deferred(canceller)
  d:addCallbacks(recorder(self.results), recorder(self.errors))
  return d
end

function DeferredCancellerTests:test_noCanceller()
  local d = self:waiting()

  d:cancel()

  self:assertIsInstance(self.errors[1][1].value, defer.CancelledError)
  d:callback("swallowed")
  self:assertRaises(defer.AlreadyCalledError, d.callback, d, nil)
end

function DeferredCancellerTests:test_raisesAfterCancelAndCallback()
  local d = self:waiting()
  d:cancel()

  d:callback(nil)

  self:assertRaises(defer.AlreadyCalledError, d.callback, d, nil)
  self:assertRaises(defer.AlreadyCalledError, d.errback, d, GenericError("x"))
end

function DeferredCancellerTests:test_raisesAfterCancelAndErrback()
  local d = self:waiting()
  d:cancel()

  d:errback(GenericError("swallowed"))

  self:assertRaises(defer.AlreadyCalledError, d.callback, d, nil)
  self:assertRaises(defer.AlreadyCalledError, d.errback, d, GenericError("x"))
end

function DeferredCancellerTests:test_noCancellerMultipleCancelsAfterCancelAndCallback()
  local d = self:waiting()
  d:cancel()
  d:callback(nil)

  d:cancel()

  self:assertEqual(#self.errors, 1)
  self:assertRaises(defer.AlreadyCalledError, d.callback, d, nil)
end

function DeferredCancellerTests:test_noCancellerMultipleCancelsAfterCancelAndErrback()
  local d = self:waiting()
  d:cancel()
  d:errback(GenericError("swallowed"))

  d:cancel()

  self:assertEqual(#self.errors, 1)
end

function DeferredCancellerTests:test_noCancellerMultipleCancel()
  local d = self:waiting()
  d:cancel()

  d:cancel()

  self:assertEqual(#self.errors, 1)
end

function DeferredCancellerTests:test_cancellerMultipleCancel()
  local calls = 0
  local d = self:waiting(function() calls = calls + 1 end)
  d:cancel()

  d:cancel()

  self:assertEqual({ calls, #self.errors }, { 1, 1 })
end

function DeferredCancellerTests:test_simpleCanceller()
  local calls = 0
  local d = self:waiting(function() calls = calls + 1 end)

  d:cancel()

  self:assertEqual(calls, 1)
  self:assertIsInstance(self.errors[1][1].value, defer.CancelledError)
  self:assertRaises(defer.AlreadyCalledError, d.callback, d, nil)
end

function DeferredCancellerTests:test_cancellerArg()
  local got
  local d = self:waiting(function(x) got = x end)

  d:cancel()

  self:assertIs(got, d)
end

function DeferredCancellerTests:test_cancelAfterCallback()
  local calls = 0
  local d = self:waiting(function() calls = calls + 1 end)
  d:callback("biff!")

  d:cancel()

  self:assertEqual({ calls, self.results[1][1] }, { 0, "biff!" })
end

function DeferredCancellerTests:test_cancelAfterErrback()
  local calls = 0
  local d = self:waiting(function() calls = calls + 1 end)
  d:errback(GenericError("x"))

  d:cancel()

  self:assertEqual(calls, 0)
  self:assertIsInstance(self.errors[1][1].value, GenericError)
end

function DeferredCancellerTests:test_cancellerThatErrbacks()
  local d = self:waiting(function(x) x:errback(GenericError("x")) end)

  d:cancel()

  self:assertIsInstance(self.errors[1][1].value, GenericError)
end

function DeferredCancellerTests:test_cancellerThatCallbacks()
  local d = self:waiting(function(x) x:callback("partial") end)

  d:cancel()

  self:assertEqual(self.results, { { "partial", n = 1 } })
  self:assertEqual(self.errors, {})
end

function DeferredCancellerTests:test_cancelNestedDeferred()
  local cancelled
  local inner = defer.Deferred(function(d) cancelled = d end)
  local d = defer.succeed(nil):addCallback(function() return inner end)
  d:addErrback(recorder(self.errors))

  d:cancel()

  self:assertIs(cancelled, inner)
  self:assertIsInstance(self.errors[1][1].value, defer.CancelledError)
end

local function cancellerIsReleased(fire)
  return function(self)
    local held = setmetatable({}, { __mode = "v" })
    local function make()
      local canceller = function() return held end
      held[1] = canceller
      return defer.Deferred(canceller)
    end
    local d = make()
    fire(d)
    collectgarbage()
    self:assertIsNone(held[1])
    self:assertTrue(d.called)
  end
end

DeferredTests.test_canceller_circular_reference_callback = cancellerIsReleased(function(d) d:callback(1) end)
DeferredTests.test_canceller_circular_reference_errback = cancellerIsReleased(function(d)
  d:errback(GenericError("x"))
  d:addErrback(function() return nil end)
end)
DeferredTests.test_canceller_circular_reference_non_final = cancellerIsReleased(function(d)
  d:addCallback(function() return defer.Deferred() end)
  d:callback(1)
end)

-- Failures that nobody handled

local LogTests = class("LogTests", unittest.TestCase)

function LogTests:reported()
  defer._reportUnhandled()
  return self:flushLoggedErrors()
end

function LogTests:test_errorLog()
  defer.Deferred():addCallback(function() raise(ValueError("lost error")) end):callback(1)

  local reported = self:reported()

  self:assertEqual(#reported, 1)
  self:assertIsInstance(reported[1].value, ValueError)
end

function LogTests:test_nothingIsReportedWhileTheDeferredIsHeld()
  local d = defer.fail(ValueError("kept"))
  self:assertEqual(#self:reported(), 0)

  d:addErrback(function() return nil end)
  d = nil

  self:assertEqual(#self:reported(), 0)
end

function LogTests:test_errorLogWithInnerFrameRef()
  local function make()
    local d = defer.Deferred()
    d:addCallback(function() return d, raise(ValueError("x")) end)
    d:callback(nil)
  end
  make()

  self:assertEqual(#self:reported(), 1)
end

function LogTests:test_errorLogWithInnerFrameCycle()
  local function make()
    local d = defer.Deferred()
    d.itself = d
    d:addCallback(function()
      local e = ValueError("x")
      e.deferred = d
      raise(e)
    end)
    d:callback(nil)
  end
  make()

  self:assertEqual(#self:reported(), 1)
end

function LogTests:test_errorLogNoRepr()
  local texts = {}
  local function observer(event) texts[#texts + 1] = log.textFromEvent(event) end
  log.addObserver(observer)
  self:addCleanup(log.removeObserver, observer)
  defer.Deferred():addCallback(function() raise(ValueError("lost error")) end):callback(1)

  self:assertEqual(#self:reported(), 1)

  self:assertTrue(texts[1]:find("^Unhandled error in Deferred:\n"), texts[1])
  self:assertTrue(texts[1]:find("\nTraceback "), texts[1])
  self:assertNotIn("<twisted", texts[1])
end

function LogTests:test_errorLogDebugInfo()
  local why
  local log = require("twisted.python.log")
  self:patch(log, "err", function(_, text) why = text end)
  defer.setDebugging(true)
  self:addCleanup(defer.setDebugging, false)
  defer.Deferred():errback(ValueError("x"))

  self:reported()

  self:assertTrue(why:find("^Unhandled error in Deferred:"))
  self:assertTrue(why:find("test_defer.lua:%d+"))
end

function LogTests:test_inlineCallbacksNameTheirFunction()
  local why
  local log = require("twisted.python.log")
  self:patch(log, "err", function(_, text) why = text end)
  defer.inlineCallbacks(function() raise(ValueError("x")) end)()

  self:reported()

  self:assertTrue(why:find("^Unhandled error in Deferred:\n.*the function at .*test_defer.lua:%d+"))
end

function LogTests:test_logThatRaisesDoesNoHarm()
  local log = require("twisted.python.log")
  self:patch(log, "err", function() raise("a broken log") end)
  defer.Deferred():errback(ValueError("x"))

  self:assertEqual(#self:reported(), 0)
end

function LogTests:test_chainedErrorCleanup()
  local d = defer.Deferred()
  d:addCallback(function() return defer.fail(ValueError("x")) end)
  d:callback(nil)
  self:assertEqual(#self:reported(), 0)

  d:addErrback(function() return nil end)
  d = nil

  self:assertEqual(#self:reported(), 0)
end

function LogTests:test_errorClearedByChaining()
  local d = defer.fail(ValueError("x"))
  local other = defer.Deferred()
  d:addErrback(function() return other end)
  d = nil

  self:assertEqual(#self:reported(), 0)
end

function LogTests:test_errorOfChainedDeferredIsReportedOnce()
  local a, b = defer.Deferred(), defer.Deferred()
  a:addCallback(function() return b end)
  a:callback(nil)
  b:errback(ValueError("x"))
  a, b = nil, nil

  self:assertEqual(#self:reported(), 1)
end

-- Locks and queues

local OtherPrimitivesTests = class("OtherPrimitivesTests", unittest.TestCase)

function OtherPrimitivesTests:test_lock()
  local lock = defer.DeferredLock()
  self:assertIs(self:successResultOf(lock:acquire()), lock)
  self:assertTrue(lock.locked)
  local second, third = lock:acquire(), lock:acquire()
  self:assertNoResult(second)

  lock:release()
  self:assertIs(self:successResultOf(second), lock)
  self:assertNoResult(third)
  lock:release()
  self:successResultOf(third)
  lock:release()

  self:assertFalse(lock.locked)
  local e = self:assertRaises(error.AssertionError, lock.release, lock)
  self:assertEqual(tostring(e), "Tried to release an unlocked lock")
end

function OtherPrimitivesTests:test_lockRun()
  local lock = defer.DeferredLock()
  local inner = defer.Deferred()
  local d = lock:run(function(a, b)
    self:assertTrue(lock.locked)
    return inner:addCallback(function(c) return a .. b .. c end)
  end, "a", "b")
  self:assertTrue(lock.locked)
  inner:callback("c")
  self:assertEqual(self:successResultOf(d), "abc")
  self:assertFalse(lock.locked)

  self:failureResultOf(lock:run(function() raise(GenericError("x")) end), GenericError)
  self:assertFalse(lock.locked)
end

function OtherPrimitivesTests:test_cancelLockAfterAcquired()
  local lock = defer.DeferredLock()
  local d = lock:acquire()

  d:cancel()

  self:assertTrue(lock.locked)
  self:successResultOf(d)
end

function OtherPrimitivesTests:test_cancelLockBeforeAcquired()
  local lock = defer.DeferredLock()
  lock:acquire()
  local d = lock:acquire()

  d:cancel()

  self:failureResultOf(d, defer.CancelledError)
  self:assertEqual(#lock.waiting, 0)
end

function OtherPrimitivesTests:test_semaphore()
  local semaphore = defer.DeferredSemaphore(2)
  self:successResultOf(semaphore:acquire())
  self:successResultOf(semaphore:acquire())
  local third = semaphore:acquire()
  self:assertNoResult(third)
  self:assertEqual(semaphore.tokens, 0)

  semaphore:release()
  self:assertIs(self:successResultOf(third), semaphore)
  semaphore:release()
  semaphore:release()

  self:assertEqual(semaphore.tokens, 2)
  self:assertRaises(error.AssertionError, semaphore.release, semaphore)
end

function OtherPrimitivesTests:test_semaphoreInvalidTokens()
  self:assertRaises(ValueError, defer.DeferredSemaphore, 0)
  self:assertRaises(ValueError, defer.DeferredSemaphore, -1)
  self:assertRaises(ValueError, defer.DeferredSemaphore)
end

function OtherPrimitivesTests:test_cancelSemaphoreAfterAcquired()
  local semaphore = defer.DeferredSemaphore(1)
  local d = semaphore:acquire()

  d:cancel()

  self:assertIs(self:successResultOf(d), semaphore)
end

function OtherPrimitivesTests:test_cancelSemaphoreBeforeAcquired()
  local semaphore = defer.DeferredSemaphore(1)
  semaphore:acquire()
  local d = semaphore:acquire()

  d:cancel()

  self:failureResultOf(d, defer.CancelledError)
  self:assertEqual(#semaphore.waiting, 0)
end

function OtherPrimitivesTests:test_queue()
  local queue = defer.DeferredQueue(2, 1)
  queue:put(1)
  queue:put(nil)
  self:assertRaises(defer.QueueOverflow, queue.put, queue, 3)
  self:assertEqual(self:successResultOf(queue:get()), 1)
  self:assertIsNone(self:successResultOf(queue:get()))
  local waiting = queue:get()
  self:assertNoResult(waiting)
  self:assertRaises(defer.QueueUnderflow, queue.get, queue)

  queue:put("late")

  self:assertEqual(self:successResultOf(waiting), "late")
  self:assertRaises(defer.QueueOverflow, defer.DeferredQueue(0).put, defer.DeferredQueue(0), 1)
  self:assertRaises(defer.QueueUnderflow, defer.DeferredQueue(nil, 0).get, defer.DeferredQueue(nil, 0))
end

function OtherPrimitivesTests:test_queueTakesItsArgumentsByName()
  local queue = defer.DeferredQueue({ size = 1, backlog = 0 })
  queue:put(1)

  self:assertRaises(defer.QueueOverflow, queue.put, queue, 2)
  self:assertEqual(self:successResultOf(queue:get()), 1)
  self:assertRaises(defer.QueueUnderflow, queue.get, queue)
  self:assertRaises(error.TypeError, defer.DeferredQueue, { length = 1 })
end

function OtherPrimitivesTests:test_cancelQueueAfterSynchronousGet()
  local queue = defer.DeferredQueue()
  queue:put("x")
  local d = queue:get()

  d:cancel()

  self:assertEqual(self:successResultOf(d), "x")
end

function OtherPrimitivesTests:test_cancelQueueAfterGet()
  local queue = defer.DeferredQueue()
  local d = queue:get()
  d:cancel()
  self:failureResultOf(d, defer.CancelledError)

  queue:put("kept")

  self:assertEqual(self:successResultOf(queue:get()), "kept")
end

-- Timeouts

local DeferredAddTimeoutTests = class("DeferredAddTimeoutTests", unittest.TestCase)

function DeferredAddTimeoutTests:setUp()
  self.clock = task.Clock()
end

local function custom(self)
  return function(result, seconds)
    self.customCalled = { result, seconds }
    return "custom"
  end
end

function DeferredAddTimeoutTests:test_timeoutChainable()
  local d = defer.Deferred()

  self:assertIs(d:addTimeout(2, self.clock), d)
end

function DeferredAddTimeoutTests:test_successResultBeforeTimeout()
  local d = defer.Deferred():addTimeout(10, self.clock)

  d:callback("result")

  self:assertEqual(self:successResultOf(d), "result")
  self:assertEqual(#self.clock:getDelayedCalls(), 0)
end

function DeferredAddTimeoutTests:test_successResultBeforeTimeoutCustom()
  local d = defer.Deferred():addTimeout(10, self.clock, custom(self))

  d:callback("result")

  self:assertEqual(self:successResultOf(d), "result")
  self:assertIsNone(self.customCalled)
end

function DeferredAddTimeoutTests:test_failureBeforeTimeout()
  local d = defer.Deferred():addTimeout(10, self.clock)

  d:errback(GenericError("x"))

  self:failureResultOf(d, GenericError)
  self:assertEqual(#self.clock:getDelayedCalls(), 0)
end

function DeferredAddTimeoutTests:test_failureBeforeTimeoutCustom()
  local d = defer.Deferred():addTimeout(10, self.clock, custom(self))

  d:errback(GenericError("x"))

  self:failureResultOf(d, GenericError)
  self:assertIsNone(self.customCalled)
end

function DeferredAddTimeoutTests:test_timedOut()
  local d = defer.Deferred():addTimeout(10, self.clock)
  self:assertNoResult(d)

  self.clock:advance(15)

  local reason = self:failureResultOf(d, defer.TimeoutError)
  self:assertEqual(reason:getErrorMessage(), "(10, 'Deferred')")
end

function DeferredAddTimeoutTests:test_timedOutCustom()
  local d = defer.Deferred():addTimeout(10, self.clock, custom(self))

  self.clock:advance(15)

  self:assertEqual(self:successResultOf(d), "custom")
  self:assertIsInstance(self.customCalled[1].value, defer.CancelledError)
  self:assertEqual(self.customCalled[2], 10)
end

function DeferredAddTimeoutTests:test_timedOutProvidedCancelSuccess()
  local d = defer.Deferred(function(x) x:callback("I was cancelled!") end):addTimeout(10, self.clock)

  self.clock:advance(15)

  self:assertEqual(self:successResultOf(d), "I was cancelled!")
end

function DeferredAddTimeoutTests:test_timedOutProvidedCancelFailure()
  local d = defer.Deferred(function(x) x:errback(GenericError("x")) end):addTimeout(10, self.clock)

  self.clock:advance(15)

  self:failureResultOf(d, GenericError)
end

function DeferredAddTimeoutTests:test_cancelBeforeTimeout()
  local d = defer.Deferred():addTimeout(10, self.clock)

  d:cancel()

  self:assertEqual(#self.clock:getDelayedCalls(), 0)
  self:failureResultOf(d, defer.CancelledError)
end

function DeferredAddTimeoutTests:test_cancelBeforeTimeoutCustom()
  local d = defer.Deferred():addTimeout(10, self.clock, custom(self))

  d:cancel()

  self:failureResultOf(d, defer.CancelledError)
  self:assertIsNone(self.customCalled)
end

function DeferredAddTimeoutTests:test_providedCancelCalledBeforeTimeoutCustom()
  local d = defer.Deferred(function(x) x:callback("mine") end):addTimeout(10, self.clock, custom(self))

  d:cancel()

  self:assertEqual(self:successResultOf(d), "mine")
  self:assertIsNone(self.customCalled)
end

function DeferredAddTimeoutTests:test_errbackAddedBeforeTimeout()
  local seen
  local d = defer.Deferred()
  d:addErrback(function(reason) seen = reason return reason end)
  d:addTimeout(10, self.clock)

  self.clock:advance(15)

  self:assertIsInstance(seen.value, defer.CancelledError)
  self:failureResultOf(d, defer.TimeoutError)
end

function DeferredAddTimeoutTests:test_errbackAddedBeforeTimeoutSuppressesCancellation()
  local d = defer.Deferred()
  d:addErrback(function() return "suppressed" end)
  d:addTimeout(10, self.clock)

  self.clock:advance(15)

  self:assertEqual(self:successResultOf(d), "suppressed")
end

function DeferredAddTimeoutTests:test_errbackAddedBeforeTimeoutCustom()
  local d = defer.Deferred()
  d:addErrback(identity)
  d:addTimeout(10, self.clock, custom(self))

  self.clock:advance(15)

  self:assertEqual(self:successResultOf(d), "custom")
  self:assertIsInstance(self.customCalled[1].value, defer.CancelledError)
end

function DeferredAddTimeoutTests:test_errbackAddedBeforeTimeoutSuppressesCancellationCustom()
  local d = defer.Deferred()
  d:addErrback(function() return "suppressed" end)
  d:addTimeout(10, self.clock, custom(self))

  self.clock:advance(15)

  self:assertEqual(self:successResultOf(d), "custom")
  self:assertEqual(self.customCalled, { "suppressed", 10 })
end

function DeferredAddTimeoutTests:test_callbackAddedToCancelerBeforeTimeout()
  local d = defer.Deferred(function(x) x:callback("resumed") end)
  d:addCallback(function(value) return value .. "!" end)
  d:addTimeout(10, self.clock)

  self.clock:advance(15)

  self:assertEqual(self:successResultOf(d), "resumed!")
end

function DeferredAddTimeoutTests:test_callbackAddedToCancelerBeforeTimeoutCustom()
  local d = defer.Deferred(function(x) x:callback("resumed") end)
  d:addCallback(function(value) return value .. "!" end)
  d:addTimeout(10, self.clock, custom(self))

  self.clock:advance(15)

  self:assertEqual(self:successResultOf(d), "custom")
  self:assertEqual(self.customCalled, { "resumed!", 10 })
end

function DeferredAddTimeoutTests:test_reactorIsCalledWithADot()
  local got
  local reactor = { callLater = function(...) got = table.pack(...) return { active = function() return false end } end }

  defer.Deferred():addTimeout(3, reactor)

  self:assertEqual({ got.n, got[1], type(got[2]) }, { 2, 3, "function" })
end

local TimeoutErrorTests = class("TimeoutErrorTests", unittest.TestCase)

function TimeoutErrorTests:test_deprecatedTimeout()
  local d = defer.Deferred()

  defer.timeout(d)

  self:assertEqual(self:failureResultOf(d, defer.TimeoutError):getErrorMessage(), "Callback timed out")
end

local EnsureDeferredTests = class("EnsureDeferredTests", unittest.TestCase)

function EnsureDeferredTests:test_passesThroughDeferreds()
  local d = defer.Deferred()

  self:assertIs(defer.ensureDeferred(d), d)
end

function EnsureDeferredTests:test_willNotAllowNonDeferredOrCoroutine()
  self:assertRaises(defer.NotACoroutineError, defer.ensureDeferred, "something")
  self:assertRaises(error.TypeError, defer.ensureDeferred)
end

function EnsureDeferredTests:test_ensureDeferredCoroutine()
  local d = defer.ensureDeferred(coroutine.create(function() return defer.await(defer.succeed("foo")) end))

  self:assertEqual(self:successResultOf(d), "foo")
end

function EnsureDeferredTests:test_ensureDeferredGenerator()
  local d = defer.ensureDeferred(function() return defer.await(defer.succeed("foo")) end)

  self:assertEqual(self:successResultOf(d), "foo")
end

return {
  UtilTests, DeferredTests, AlreadyCalledTests,
  DeferredCancellerTests, LogTests, OtherPrimitivesTests, DeferredAddTimeoutTests, TimeoutErrorTests,
  EnsureDeferredTests,
}
