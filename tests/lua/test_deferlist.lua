-- Several Deferreds as one: DeferredList, gatherResults, race.
local class = require("class")
local defer = require("twisted.internet.defer")
local error = require("twisted.internet.error")
local failure = require("twisted.python.failure")
local unittest = require("twisted.trial.unittest")

local raise = _G.error
local Failure = failure.Failure
local ValueError = error.ValueError
local GenericError = class("GenericError", error.Exception)

-- Keeps what it is called with.
local function recorder(list, returned)
  return function(...)
    list[#list + 1] = table.pack(...)
    return returned
  end
end

local DeferredTests = class("DeferredTests", unittest.TestCase)

local function three()
  return defer.Deferred(), defer.Deferred(), defer.Deferred()
end

function DeferredTests:test_deferredList()
  local a, b, c = three()
  local list = defer.DeferredList({ a, b, c })
  local result
  list:addCallback(function(value) result = value end)
  c:callback("3")
  b:addErrback(function() return nil end)
  b:errback(GenericError("2"))
  self:assertIsNone(result)

  a:callback("1")

  self:assertEqual(result[1], { true, "1" })
  self:assertEqual(result[3], { true, "3" })
  self:assertFalse(result[2][1])
  self:assertIsInstance(result[2][2].value, GenericError)
end

function DeferredTests:test_emptyDeferredList()
  self:assertEqual(self:successResultOf(defer.DeferredList({})), {})
  self:assertNoResult(defer.DeferredList({}, { fireOnOneCallback = true }))
  self:assertEqual(self:successResultOf(defer.DeferredList({}, { fireOnOneErrback = true })), {})
end

function DeferredTests:test_deferredListFireOnOneCallback()
  local a, b = three()
  local list = defer.DeferredList({ a, b }, { fireOnOneCallback = true })

  b:callback("B")
  a:callback("A")

  self:assertEqual(self:successResultOf(list), { "B", 2 })
end

function DeferredTests:test_deferredListFireOnOneError()
  local a, b, c = three()
  local list = defer.DeferredList({ a, b, c }, { fireOnOneErrback = true })
  b:addErrback(function() return nil end)
  a:callback("1")
  self:assertNoResult(list)

  b:errback(GenericError("from b"))

  local first = self:failureResultOf(list, defer.FirstError).value
  self:assertEqual(first.index, 2)
  self:assertEqual(tostring(first.subFailure.value), "from b")
end

function DeferredTests:test_deferredListDontConsumeErrors()
  local d = defer.Deferred()
  local list = defer.DeferredList({ d })
  local seen = {}
  d:addErrback(recorder(seen))

  d:errback(GenericError("x"))

  self:assertEqual(#seen, 1)
  self:assertIs(self:successResultOf(list)[1][2], seen[1][1])
end

function DeferredTests:test_deferredListConsumeErrors()
  local d = defer.Deferred()
  local list = defer.DeferredList({ d }, { consumeErrors = true })
  local seen = {}
  d:addErrback(recorder(seen))

  d:errback(GenericError("x"))

  self:assertEqual(seen, {})
  self:assertIsInstance(self:successResultOf(list)[1][2].value, GenericError)
end

function DeferredTests:test_deferredListFireOnOneErrorWithAlreadyFiredDeferreds()
  local failed = defer.fail(GenericError("x"))
  local list = defer.DeferredList({ defer.Deferred(), failed }, { fireOnOneErrback = true })

  self:assertEqual(self:failureResultOf(list, defer.FirstError).value.index, 2)
  failed:addErrback(function() return nil end)
end

function DeferredTests:test_deferredListWithAlreadyFiredDeferreds()
  local failed = defer.fail(GenericError("x"))
  local list = defer.DeferredList({ defer.succeed(1), failed })
  failed:addErrback(function() return nil end)

  local result = self:successResultOf(list)

  self:assertEqual({ result[1][1], result[2][1] }, { true, false })
end

function DeferredTests:test_unknownOptionAndWrongItems()
  local e = self:assertRaises(error.TypeError, defer.DeferredList, {}, { consumeError = true })
  self:assertIn("no option consumeError", tostring(e))
  self:assertRaises(error.TypeError, defer.DeferredList, { 3 })
  self:assertRaises(error.TypeError, defer.DeferredList, defer.succeed(1))
  self:assertRaises(error.TypeError, defer.gatherResults, {}, { fireOnOneCallback = true })
end

function DeferredTests:test_cancelDeferredList()
  local a, b = three()
  local list = defer.DeferredList({ a, b })

  list:cancel()

  self:failureResultOf(a, defer.CancelledError)
  self:failureResultOf(b, defer.CancelledError)
  local result = self:successResultOf(list)
  self:assertEqual({ result[1][1], result[2][1] }, { false, false })
  self:assertIsInstance(result[2][2].value, defer.CancelledError)
end

local function callsBack(value)
  return defer.Deferred(function(d) d:callback(value) end)
end

function DeferredTests:test_cancelDeferredListCallback()
  local list = defer.DeferredList({ callsBack("a"), callsBack("b") })

  list:cancel()

  self:assertEqual(self:successResultOf(list), { { true, "a" }, { true, "b" } })
end

function DeferredTests:test_cancelDeferredListWithFireOnOneCallback()
  local a, b = three()
  local list = defer.DeferredList({ a, b }, { fireOnOneCallback = true, consumeErrors = true })

  list:cancel()

  self:assertEqual(#self:successResultOf(list), 2)
end

function DeferredTests:test_cancelDeferredListWithFireOnOneCallbackAndDeferredCallback()
  local a = defer.Deferred()
  local list = defer.DeferredList({ a, callsBack("b") }, { fireOnOneCallback = true, consumeErrors = true })

  list:cancel()

  self:assertEqual(self:successResultOf(list), { "b", 2 })
end

function DeferredTests:test_cancelDeferredListWithFireOnOneErrback()
  local a, b = three()
  local list = defer.DeferredList({ a, b }, { fireOnOneErrback = true, consumeErrors = true })

  list:cancel()

  local first = self:failureResultOf(list, defer.FirstError).value
  self:assertIsInstance(first.subFailure.value, defer.CancelledError)
end

function DeferredTests:test_cancelDeferredListWithFireOnOneErrbackAllDeferredsCallback()
  local list = defer.DeferredList({ callsBack("a"), callsBack("b") }, { fireOnOneErrback = true })

  list:cancel()

  self:assertEqual(self:successResultOf(list), { { true, "a" }, { true, "b" } })
end

function DeferredTests:test_cancelDeferredListWithOriginalDeferreds()
  local a, b = three()
  local given = { a, b }
  local list = defer.DeferredList(given, { consumeErrors = true })
  given[1] = defer.Deferred()

  list:cancel()

  self:assertTrue(a.called)
  self:assertFalse(given[1].called)
end

function DeferredTests:test_cancelDeferredListWithException()
  local bad = defer.Deferred(function() raise(GenericError("in the canceller")) end)
  local good = defer.Deferred()
  local list = defer.DeferredList({ bad, good }, { consumeErrors = true })

  list:cancel()

  self:assertTrue(good.called)
  self:assertEqual(#self:flushLoggedErrors(GenericError), 1)
end

function DeferredTests:test_cancelFiredOnOneCallbackDeferredList()
  local a, b = three()
  local list = defer.DeferredList({ a, b }, { fireOnOneCallback = true })
  a:callback(nil)

  list:cancel()

  self:assertFalse(b.called)
end

function DeferredTests:test_cancelFiredOnOneErrbackDeferredList()
  local a, b = three()
  local list = defer.DeferredList({ a, b }, { fireOnOneErrback = true, consumeErrors = true })
  a:errback(GenericError("x"))

  list:cancel()

  self:assertFalse(b.called)
  self:failureResultOf(list, defer.FirstError)
end

function DeferredTests:test_gatherResults()
  local a, b = three()
  local all = defer.gatherResults({ a, b })
  b:callback(2)
  a:callback(1)
  self:assertEqual(self:successResultOf(all), { 1, 2 })

  local c = three()
  local failing = defer.gatherResults({ c, defer.Deferred() })
  c:errback(GenericError("x"))
  self:failureResultOf(failing, defer.FirstError)
  self:failureResultOf(c, GenericError)
end

function DeferredTests:test_gatherResultsWithConsumeErrors()
  local d = defer.fail(GenericError("x"))

  local all = defer.gatherResults({ d }, { consumeErrors = true })

  self:assertIsNone(self:successResultOf(d))
  self:failureResultOf(all, defer.FirstError)
end

function DeferredTests:test_cancelGatherResults()
  local a, b = three()
  local all = defer.gatherResults({ a, b }, { consumeErrors = true })

  all:cancel()

  self:assertTrue(a.called and b.called)
  self:assertIsInstance(self:failureResultOf(all, defer.FirstError).value.subFailure.value, defer.CancelledError)
end

function DeferredTests:test_cancelGatherResultsWithAllDeferredsCallback()
  local all = defer.gatherResults({ callsBack("a"), callsBack("b") })

  all:cancel()

  self:assertEqual(self:successResultOf(all), { "a", "b" })
end

local DeferredListEmptyTests = class("DeferredListEmptyTests", unittest.TestCase)

function DeferredListEmptyTests:test_deferredListEmpty()
  local fired = false
  defer.DeferredList({}):addCallback(function(result) fired = #result == 0 end)

  self:assertTrue(fired)
end

local RaceTests = class("RaceTests", unittest.TestCase)

function RaceTests:test_success()
  local a, b = three()
  local race = defer.race({ a, b })

  b:callback("w")

  self:assertEqual(self:successResultOf(race), { 2, "w" })
  self:assertTrue(a.called)
end

function RaceTests:test_failure()
  local a, b = three()
  local race = defer.race({ a, b })
  b:errback(GenericError("b"))
  self:assertNoResult(race)

  a:errback(GenericError("a"))

  local failures = self:failureResultOf(race, defer.FailureGroup).value.failures
  self:assertEqual({ tostring(failures[1].value), tostring(failures[2].value) }, { "a", "b" })
end

function RaceTests:test_resultAfterCancel()
  local a, b = three()
  local race = defer.race({ a, b })
  race:cancel()

  a:callback("late")

  self:failureResultOf(race, defer.FailureGroup)
end

function RaceTests:test_resultFromCancel()
  local race = defer.race({ callsBack("a"), defer.Deferred() })

  race:cancel()

  self:assertEqual(self:successResultOf(race), { 1, "a" })
end

function RaceTests:test_cancel()
  local cancelled = 0
  local function make()
    return defer.Deferred(function() cancelled = cancelled + 1 end)
  end
  local race = defer.race({ make(), make() })

  race:cancel()

  self:assertEqual(cancelled, 2)
  self:failureResultOf(race)
end

local FirstErrorTests = class("FirstErrorTests", unittest.TestCase)

function FirstErrorTests:test_repr()
  local reason = Failure(ValueError("some text"))

  self:assertEqual(tostring(defer.FirstError(reason, 3)), "FirstError[#3, " .. tostring(reason) .. "]")
end

function FirstErrorTests:test_str()
  self:assertIn("some text", tostring(defer.FirstError(Failure(ValueError("some text")), 3)))
end

function FirstErrorTests:test_comparison()
  local one, two = Failure(ValueError("a")), Failure(ValueError("b"))

  self:assertTrue(defer.FirstError(one, 1) == defer.FirstError(one, 1))
  self:assertFalse(defer.FirstError(one, 1) == defer.FirstError(one, 2))
  self:assertFalse(defer.FirstError(one, 1) == defer.FirstError(two, 1))
  self:assertFalse(defer.FirstError(one, 1) == one)
end

return { DeferredTests, DeferredListEmptyTests, RaceTests, FirstErrorTests }
