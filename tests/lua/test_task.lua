-- Clock, LoopingCall, deferLater and react: the cases of Twisted's test_task.py, and those it lacks.
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local interfaces = require("interfaces")
local reactor = require("twisted.internet.reactor")
local task = require("twisted.internet.task")
local unittest = require("twisted.trial.unittest")

local SomeError = class("SomeError", exception.Exception)

local function nothing() end

-- A function that keeps what it is called with.
local function recorder()
  local seen = {}
  return seen, function(...)
    seen[#seen + 1] = { ... }
  end
end

local ClockTests = class("ClockTests", unittest.TestCase)

function ClockTests:setUp()
  self.clock = task.Clock()
  self.seen, self.record = recorder()
end

-- The methods of IReactorTime.
function ClockTests:test_providesIReactorTime()
  interfaces.provides(self, task.Clock(), interfaces.reactorTime)
end

function ClockTests:test_seconds()
  self:assertEqual(self.clock:seconds(), 0)
end

function ClockTests:test_callLater()
  local call = self.clock:callLater(1, nothing, 1, 2)

  self:assertEqual(call:getTime(), 1)
  self:assertTrue(call:active())
end

function ClockTests:test_callLaterCancelled()
  local call = self.clock:callLater(1, self.record)

  call:cancel()

  self:assertFalse(call:active())
  self.clock:advance(2)
  self:assertEqual(self.seen, {})
end

function ClockTests:test_callLaterOrdering()
  self:assertIsNot(self.clock:callLater(10, nothing), self.clock:callLater(1, nothing))
end

function ClockTests:test_advance()
  local call = self.clock:callLater(2, self.record)

  self.clock:advance(1)
  self:assertEqual(#self.seen, 0)

  self.clock:advance(1)
  self:assertEqual(#self.seen, 1)
  self:assertFalse(call:active())
end

function ClockTests:test_advanceCancel()
  local problem
  local call
  call = self.clock:callLater(1, function()
    problem = self:assertRaises(errors.AlreadyCalled, call.cancel, call)
  end)

  self.clock:advance(1)

  self:assertEqual(tostring(problem), "Tried to cancel an already-called event.")
end

function ClockTests:test_cancelTwice()
  local call = self.clock:callLater(1, nothing)
  call:cancel()

  for _, method in ipairs({ "cancel", "reset", "delay" }) do
    local problem = self:assertRaises(errors.AlreadyCancelled, call[method], call, 1)
    self:assertEqual(tostring(problem), "Tried to cancel an already-cancelled event.")
  end
end

function ClockTests:test_callLaterDelayed()
  local call = self.clock:callLater(1, self.record, 1, 2)

  call:delay(1)

  self:assertEqual(call:getTime(), 2)
  self.clock:advance(1.5)
  self:assertEqual(self.seen, {})
  self.clock:advance(1)
  self:assertEqual(self.seen, { { 1, 2 } })
end

function ClockTests:test_delayCanBeNegative()
  local call = self.clock:callLater(5, nothing)

  call:delay(-2)

  self:assertEqual(call:getTime(), 3)
end

function ClockTests:test_callLaterResetLater()
  local call = self.clock:callLater(2, self.record, 1, 2)
  self.clock:advance(1)

  call:reset(3)

  self:assertEqual(call:getTime(), 4)
  self.clock:advance(2)
  self:assertEqual(self.seen, {})
  self.clock:advance(1)
  self:assertEqual(self.seen, { { 1, 2 } })
end

function ClockTests:test_callLaterResetSooner()
  local call = self.clock:callLater(4, self.record, 1, 2)

  call:reset(3)

  self:assertEqual(call:getTime(), 3)
  self.clock:advance(3)
  self:assertEqual(self.seen, { { 1, 2 } })
end

function ClockTests:test_getDelayedCalls()
  local second = self.clock:callLater(2, nothing)
  local first = self.clock:callLater(1, nothing)

  local calls = self.clock:getDelayedCalls()

  self:assertEqual(#calls, 2)
  self:assertIs(calls[1], first)
  self:assertIs(calls[2], second)
end

function ClockTests:test_getDelayedCallsEmpty()
  self:assertEqual(self.clock:getDelayedCalls(), {})
end

function ClockTests:logTime()
  return function(name)
    self.record(name, self.clock:seconds())
  end
end

function ClockTests:test_callLaterKeepsCallsOrdered()
  local a = self.clock:callLater(1, self:logTime(), "a")
  a:reset(3)
  self.clock:callLater(2, self:logTime(), "b")

  self.clock:pump({ 1, 1, 1 })

  self:assertEqual(self.seen, { { "b", 2 }, { "a", 3 } })
end

function ClockTests:test_callLaterResetKeepsCallsOrdered()
  local a = self.clock:callLater(1, self:logTime(), "a")
  self.clock:callLater(2, self:logTime(), "b")
  a:reset(3)

  self.clock:pump({ 1, 1, 1 })

  self:assertEqual(self.seen, { { "b", 2 }, { "a", 3 } })
end

function ClockTests:test_callLaterResetInsideCallKeepsCallsOrdered()
  local b = self.clock:callLater(2, self:logTime(), "b")
  self.clock:callLater(1, function() b:reset(3) end)
  self.clock:callLater(3, self:logTime(), "c")

  for _ = 1, 10 do
    self.clock:advance(0.5)
  end

  self:assertEqual(self.seen, { { "c", 3 }, { "b", 4 } })
end

function ClockTests:test_equalTimesRunInTheOrderTheyWereAskedFor()
  for i = 1, 20 do
    self.clock:callLater(1, self.record, i)
  end

  self.clock:advance(1)

  for i = 1, 20 do
    self:assertEqual(self.seen[i], { i })
  end
end

function ClockTests:test_nilArguments()
  local count
  self.clock:callLater(1, function(...) count = select("#", ...) end, nil, 2, nil)

  self.clock:advance(1)

  self:assertEqual(count, 3)
end

function ClockTests:test_badDelays()
  for _, delay in ipairs({ -1, math.huge, 0 / 0, "1" }) do
    local ok, problem = pcall(self.clock.callLater, self.clock, delay, nothing)
    self:assertFalse(ok)
    self:assertIn("bad argument #1 to 'callLater'", problem)
  end
  self:assertFalse(pcall(self.clock.callLater, self.clock, 1, "no function"))
  self:assertFalse(pcall(self.clock.advance, self.clock, -1))
end

function ClockTests:test_dotOrColon()
  local clock = self.clock
  clock.callLater(1, self.record, "a")
  clock.advance(0.5)
  clock.pump({ 0.25, 0.25 })

  self:assertEqual(self.seen, { { "a" } })
  self:assertEqual(clock.seconds(), 1)
  self:assertEqual(clock.getDelayedCalls(), {})
end

function ClockTests:test_raisingCall()
  self.clock:callLater(1, error, SomeError("x"))
  self.clock:callLater(1, self.record, "next")

  self:assertRaises(SomeError, self.clock.advance, self.clock, 1)

  self.clock:advance(0)
  self:assertEqual(self.seen, { { "next" } })
end

local LoopTests = class("LoopTests", unittest.TestCase)

function LoopTests:setUp()
  self.clock = task.Clock()
  self.times = {}
end

function LoopTests:loop(f, ...)
  local loop = task.LoopingCall(f, ...)
  loop.clock = self.clock
  return loop
end

function LoopTests:counting(f)
  local loop = task.LoopingCall.withCount(f)
  loop.clock = self.clock
  return loop
end

function LoopTests:test_defaultClock()
  self:assertIs(task.LoopingCall(nothing).clock, reactor)
end

function LoopTests:test_callbackTimeSkips()
  local takes = 2
  local loop = self:loop(function()
    table.insert(self.times, self.clock:seconds())
    self.clock:advance(takes)
  end)

  loop:start(0.5)
  self:assertEqual(self.clock:seconds(), 2)
  self.clock:advance(0)
  self:assertEqual(self.times, { 0 })

  takes = 1
  self.clock:advance(0.5)
  self:assertEqual(self.times, { 0, 2.5 })
  self.clock:advance(0)
  self:assertEqual(self.times, { 0, 2.5 })

  takes = 0
  self.clock:advance(0.5)
  self:assertEqual(self.times, { 0, 2.5, 4 })
end

function LoopTests:test_reactorTimeSkips()
  local loop = self:loop(function() table.insert(self.times, self.clock:seconds()) end)

  loop:start(0.5)
  self.clock:pump({ 2, 1, 0 })

  self:assertEqual(self.times, { 0, 2, 3 })
end

function LoopTests:test_reactorTimeCountSkips()
  local counts = {}
  local loop = self:counting(function(count) counts[#counts + 1] = count end)

  loop:start(0.5)
  self.clock:pump({ 0.51, 1.51, 0 })

  self:assertEqual(counts, { 1, 1, 3 })
end

function LoopTests:test_countLengthyIntervalCounts()
  local counts = {}
  local loop = self:counting(function(count) counts[#counts + 1] = count end)

  loop:start(0.5)
  self.clock:pump({ 0.51, 0.875, 0.125 })

  self:assertEqual(counts, { 1, 1, 1, 1 })
end

function LoopTests:test_countsOfTheBehaviourTable()
  local counts = {}
  local loop = self:counting(function(count) counts[#counts + 1] = count end)

  loop:start(1)
  self.clock:pump({ 0, 1, 5, 1 })

  self:assertEqual(counts, { 1, 1, 5, 1 })
end

function LoopTests:test_withCountFloatingPointBoundary()
  local sum, least = 0, math.huge
  local loop = self:counting(function(count)
    sum, least = sum + count, math.min(least, count)
  end)

  loop:start(0.1, false)
  for _ = 1, 10 do
    self.clock:advance(0.1)
  end
  self:assertLess(self.clock:seconds(), 1)
  self.clock:advance(1 - self.clock:seconds())

  self:assertEqual(sum, 10)
  self:assertEqual(least, 1)
end

function LoopTests:test_withCountFirstCallLateInTime()
  -- Seconds of a clock that began long ago, where the start less an interval is not an interval from the start.
  for _, start in ipairs({ 1e9 + 0.3, 123456.7, 3e6 + 0.1 }) do
    local counts = {}
    self.clock = task.Clock()
    self.clock.rightNow = start
    local loop = self:counting(function(count) counts[#counts + 1] = count end)

    loop:start(0.1)

    self:assertEqual(counts, { 1 })
  end
end

function LoopTests:test_withCountIntervalZero()
  local counts = {}
  local loop
  loop = self:counting(function(count)
    counts[#counts + 1] = count
    if #counts > 4 then
      loop:stop()
    end
  end)

  local d = loop:start(0, false)
  self.clock:advance(0)

  self:assertIs(self:successResultOf(d), loop)
  self:assertEqual(counts, { 1, 1, 1, 1, 1 })
end

function LoopTests:test_withCountIntervalZeroDelay()
  local counts, late = {}, defer.Deferred()
  local loop
  loop = self:counting(function(count)
    counts[#counts + 1] = count
    if #counts == 2 then
      return late
    elseif #counts > 4 then
      loop:stop()
    end
  end)

  loop:start(0, false)
  self.clock:pump({ 0, 2 })
  self:assertEqual(counts, { 1, 1 })

  late:callback(nil)
  self.clock:advance(0)
  self:assertEqual(counts, { 1, 1, 1, 1, 1 })
end

function LoopTests:test_withCountIntervalZeroDelayThenNonZeroInterval()
  local counts, late = {}, defer.Deferred()
  local loop = self:counting(function(count)
    counts[#counts + 1] = count
    return #counts == 2 and late or nil
  end)

  loop:start(0, false)
  self.clock:advance(10)
  self:assertEqual(counts, { 1, 1 })

  loop.interval = 2
  late:callback(nil)
  self.clock:pump({ 7, 2, 4 })
  self:assertEqual(counts, { 1, 1, 3, 1, 2 })
end

function LoopTests:test_withCountAfterRestart()
  local counts = {}
  local loop = self:counting(function(count) counts[#counts + 1] = count end)
  loop:start(1)
  self.clock:advance(1)
  loop:stop()
  self.clock:advance(10)

  loop:start(1)
  self.clock:advance(1)

  self:assertEqual(counts, { 1, 1, 1, 1 })
end

function LoopTests:test_withCountOfSubclass()
  local Mine = class("Mine", task.LoopingCall)

  self:assertIsInstance(Mine:withCount(nothing), Mine)
  self:assertIsInstance(task.LoopingCall:withCount(nothing), task.LoopingCall)
end

function LoopTests:test_basicFunction()
  local seen, record = recorder()
  local loop = self:loop(record, "a", "b", nil, "d")

  local d = loop:start(0.1)
  self.clock:pump({ 0.05, 0.1, 0.1 })
  self:assertNoResult(d)
  loop:stop()

  self:assertEqual(#seen, 3)
  for _, arguments in ipairs(seen) do
    self:assertEqual(arguments, { "a", "b", nil, "d" })
  end
  self:assertIs(self:successResultOf(d), loop)
  self:assertEqual(self.clock:getDelayedCalls(), {})
end

function LoopTests:test_delayedStart()
  for _, now in ipairs({ false, { now = false } }) do
    local seen, record = recorder()
    local loop = self:loop(record)

    local d = loop:start(0.1, now)
    self.clock:pump({ 0.05, 0.1, 0.1 })
    loop:stop()

    self:assertEqual(#seen, 2)
    self:assertIs(self:successResultOf(d), loop)
    self:assertEqual(self.clock:getDelayedCalls(), {})
  end
end

function LoopTests:test_unknownOption()
  local loop = self:loop(nothing)

  self:assertRaises(exception.TypeError, loop.start, loop, 1, { later = true })

  self:assertFalse(loop.running)
end

function LoopTests:test_badDelay()
  local loop = self:loop(nothing)

  local problem = self:assertRaises(exception.ValueError, loop.start, loop, -1)

  self:assertEqual(tostring(problem), "interval must be >= 0")
  for _, interval in ipairs({ "1", 0 / 0, math.huge }) do
    self:assertRaises(exception.TypeError, loop.start, loop, interval)
  end
  self:assertFalse(loop.running)
end

function LoopTests:test_notAFunction()
  self:assertRaises(exception.TypeError, task.LoopingCall, nil)
  self:assertRaises(exception.TypeError, task.LoopingCall.withCount, 1)
end

function LoopTests:assertStopPreventsCalls(interval)
  local seen, record = recorder()
  local loop = self:loop(record)

  local d = loop:start(interval, false)
  loop:stop()

  self:assertIs(self:successResultOf(d), loop)
  self:assertEqual(self.clock:getDelayedCalls(), {})
  self:assertEqual(seen, {})
end

function LoopTests:test_stopAtOnce()
  self:assertStopPreventsCalls(0)
end

function LoopTests:test_stoppingBeforeDelayedStart()
  self:assertStopPreventsCalls(10)
end

function LoopTests:test_reset()
  local loop = self:loop(function() table.insert(self.times, self.clock:seconds()) end)
  loop:start(10, false)
  self.clock:advance(4)

  loop:reset()

  self.clock:advance(9)
  self:assertEqual(self.times, {})
  self.clock:pump({ 1, 10 })
  self:assertEqual(self.times, { 14, 24 })
end

function LoopTests:test_wrongState()
  local loop = self:loop(nothing)

  local notRunning = self:assertRaises(exception.AssertionError, loop.stop, loop)
  local noReset = self:assertRaises(exception.AssertionError, loop.reset, loop)
  loop:start(1)
  local running = self:assertRaises(exception.AssertionError, loop.start, loop, 1)

  self:assertEqual(tostring(notRunning), "Tried to stop a LoopingCall that was not running.")
  self:assertEqual(tostring(noReset), "Tried to reset a LoopingCall that was not running.")
  self:assertEqual(tostring(running), "Tried to start an already running LoopingCall.")
end

function LoopTests:test_deferred()
  local loop = self:loop(nothing)
  self:assertIsNone(loop.deferred)

  local d = loop:start(1)

  self:assertIs(loop.deferred, d)
  loop:stop()
  self:assertIsNone(loop.deferred)
end

function LoopTests:test_startAgainWhenStopped()
  local seen, record = recorder()
  local loop = self:loop(record)
  loop:start(1):addCallback(function() loop:start(1) end)

  loop:stop()

  self:assertTrue(loop.running)
  self:assertEqual(#seen, 2)
end

function LoopTests:test_reprFunction()
  local loop = self:loop(nothing, 1, "two", nil)

  self:assertMatches("^LoopingCall<nil>%(the function at .*test_task.lua:%d+, 1, 'two', nil%)$", tostring(loop))
end

function LoopTests:test_reprMethod()
  local loop = self:counting(LoopTests.test_reprMethod)
  loop:start(0.5, false)

  self:assertMatches("^LoopingCall<0.5>%(the function at .*test_task.lua:%d+%)$", tostring(loop))
end

local ReactorLoopTests = class("ReactorLoopTests", unittest.TestCase)

function ReactorLoopTests:test_failure()
  local loop = task.LoopingCall(function(x) error(SomeError(x)) end, "bar")

  local reason = self:failureResultOf(loop:start(0.1), SomeError)

  self:assertEqual(reason:getErrorMessage(), "bar")
  self:assertFalse(loop.running)
end

function ReactorLoopTests:test_failAndStop()
  local loop
  loop = task.LoopingCall(function()
    loop:stop()
    error(SomeError())
  end)

  self:failureResultOf(loop:start(0.1), SomeError)
end

function ReactorLoopTests:test_everyIteration()
  local count = 0
  local loop
  loop = task.LoopingCall(function()
    count = count + 1
    if count > 5 then
      loop:stop()
    end
  end)

  defer.await(loop:start(0))

  self:assertEqual(count, 6)
end

function ReactorLoopTests:test_stopAtOnceLater()
  local loop = task.LoopingCall(self.fail, self, "it is called after it was stopped")
  loop:start(0.01, false)

  defer.await(task.deferLater(reactor, 0, loop.stop, loop))

  defer.await(task.deferLater(reactor, 0.02))
end

function ReactorLoopTests:test_waitDeferred()
  local clock = task.Clock()
  local loop
  loop = task.LoopingCall(function()
    return task.deferLater(clock, 1, function() loop:stop() end)
  end)
  loop.clock = clock

  local d = loop:start(0.2)
  clock:advance(0.2)
  self:assertEqual(#clock:getDelayedCalls(), 1)
  clock:advance(0.8)

  self:assertIs(self:successResultOf(d), loop)
  self:assertEqual(clock:getDelayedCalls(), {})
end

function ReactorLoopTests:test_nextCallAfterALateDeferredKeepsToTheGrid()
  local clock, times, late = task.Clock(), {}, defer.Deferred()
  local loop = task.LoopingCall(function()
    times[#times + 1] = clock:seconds()
    return #times == 1 and late or nil
  end)
  loop.clock = clock

  loop:start(1)
  clock:advance(5)
  late:callback(nil)
  clock:pump({ 0.5, 0.5 })

  self:assertEqual(times, { 0, 6 })
end

function ReactorLoopTests:test_failurePropagation()
  local clock = task.Clock()
  local loop = task.LoopingCall(function()
    return task.deferLater(clock, 0.3, error, SomeError())
  end)
  loop.clock = clock

  local d = loop:start(1)
  clock:advance(0.3)

  self:failureResultOf(d, SomeError)
  self:assertEqual(clock:getDelayedCalls(), {})
end

function ReactorLoopTests:test_deferredWithCount()
  local clock, counts, late = task.Clock(), {}, defer.Deferred()
  local loop = task.LoopingCall.withCount(function(count)
    counts[#counts + 1] = count
    return #counts == 1 and late or nil
  end)
  loop.clock = clock

  loop:start(0.2, false)
  clock:pump({ 0.2, 0.4 })
  self:assertEqual(counts, { 1 })
  late:callback(nil)
  clock:advance(0.2)

  self:assertEqual(counts, { 1, 3 })
end

local DeferLaterTests = class("DeferLaterTests", unittest.TestCase)

function DeferLaterTests:setUp()
  self.clock = task.Clock()
end

function DeferLaterTests:test_callback()
  local seen, record = recorder()
  local d = task.deferLater(self.clock, 3, function(...)
    record(...)
    return "result"
  end, "foo", "bar")

  self.clock:advance(2)
  self:assertEqual(seen, {})
  self.clock:advance(1)

  self:assertEqual(seen, { { "foo", "bar" } })
  self:assertEqual(self:successResultOf(d), "result")
end

function DeferLaterTests:test_errback()
  local d = task.deferLater(self.clock, 1, error, SomeError())

  self.clock:advance(1)

  self:failureResultOf(d, SomeError)
end

function DeferLaterTests:test_cancel()
  local seen, record = recorder()
  local d = task.deferLater(self.clock, 1, record)

  d:cancel()

  self:failureResultOf(d, defer.CancelledError)
  self:assertEqual(self.clock:getDelayedCalls(), {})
  self:assertEqual(seen, {})
end

function DeferLaterTests:test_noCallback()
  local d = task.deferLater(self.clock, 2)
  self:assertNoResult(d)

  self.clock:advance(2)

  self:assertIsNone(self:successResultOf(d))
end

function DeferLaterTests:test_onTheReactor()
  self:assertEqual(defer.await(task.deferLater(reactor, 0, math.max, 1, 3)), 3)
end

function DeferLaterTests:test_onAPlainTable()
  local clock = { callLater = self.clock.callLater }

  local d = task.deferLater(clock, 1, math.max, 1, 3)
  self.clock:advance(1)

  self:assertEqual(self:successResultOf(d), 3)
end

-- A reactor without sockets: run() makes the calls that are due until it is stopped.
local FakeReactor = class("FakeReactor", task.Clock)

function FakeReactor:__init()
  task.Clock.__init(self)
  self._waiting, self._triggers, self._isRunning = {}, { before = {}, during = {} }, false
end

function FakeReactor:callWhenRunning(f, ...)
  if self._waiting then
    table.insert(self._waiting, table.pack(f, ...))
  else
    f(...)
  end
end

function FakeReactor:addSystemEventTrigger(phase, _, f, ...)
  table.insert(self._triggers[phase], table.pack(f, ...))
end

function FakeReactor:run()
  self._isRunning = true
  local waiting = self._waiting
  self._waiting = nil
  for _, call in ipairs(waiting) do
    call[1](table.unpack(call, 2, call.n))
  end
  while self._isRunning do
    local next = assert(self.calls[1], "nothing is left to do, and nobody has stopped the reactor")
    self:advance(next:getTime() - self:seconds())
  end
  for _, phase in ipairs({ "before", "during" }) do
    for _, call in ipairs(self._triggers[phase]) do
      call[1](table.unpack(call, 2, call.n))
    end
  end
end

function FakeReactor:stop()
  if not self._isRunning then
    error(errors.ReactorNotRunning())
  end
  self._isRunning = false
end

-- The cases are the same however main waits: `main(f)` makes of a function that returns a Deferred one of the other kind.
local ReactTests = class("ReactTests", unittest.TestCase)

function ReactTests.main(f)
  return f
end

function ReactTests:setUp()
  self.reactor = FakeReactor()
  self:patch(os, "exit", function(status)
    self.status = status
  end)
end

function ReactTests:react(f, argv)
  task.react(self.main(f), argv, self.reactor)
  return self.status
end

function ReactTests:assertLogged(cls)
  self:assertEqual(#self:flushLoggedErrors(cls), 1)
end

function ReactTests:test_runsUntilAsyncCallback()
  local passed = 0
  local status = self:react(function(clock)
    local finished = defer.Deferred()
    clock:callLater(1, function() passed = clock:seconds() end)
    clock:callLater(2, finished.callback, finished, nil)
    return finished
  end)

  self:assertEqual(status, 0)
  self:assertEqual(passed, 1)
  self:assertEqual(self.reactor:seconds(), 2)
end

function ReactTests:test_runsUntilSyncCallback()
  self:assertEqual(self:react(function() return defer.succeed(nil) end), 0)
  self:assertEqual(self.reactor:seconds(), 0)
end

function ReactTests:test_runsUntilAsyncErrback()
  local status = self:react(function(clock)
    local finished = defer.Deferred()
    clock:callLater(1, finished.errback, finished, SomeError())
    return finished
  end)

  self:assertEqual(status, 1)
  self:assertEqual(self.reactor:seconds(), 1)
  self:assertLogged(SomeError)
end

function ReactTests:test_runsUntilSyncErrback()
  self:assertEqual(self:react(function() return defer.fail(SomeError()) end), 1)
  self:assertEqual(self.reactor:seconds(), 0)
  self:assertLogged(SomeError)
end

function ReactTests:test_singleStopCallback()
  local status = self:react(function(clock)
    local finished = defer.Deferred()
    clock:callLater(1, clock.stop, clock)
    clock:addSystemEventTrigger("during", "shutdown", finished.callback, finished, nil)
    return finished
  end)

  self:assertEqual(status, 0)
  self:assertEqual(self.reactor:seconds(), 1)
end

function ReactTests:test_singleStopErrback()
  local status = self:react(function(clock)
    local finished = defer.Deferred()
    clock:callLater(1, clock.stop, clock)
    clock:addSystemEventTrigger("during", "shutdown", finished.errback, finished, SomeError())
    return finished
  end)

  self:assertEqual(status, 1)
  self:assertLogged(SomeError)
end

function ReactTests:test_arguments()
  local seen, record = recorder()
  self:assertEqual(self:react(function(_, ...)
    record(...)
    return defer.succeed(nil)
  end, { 1, 2, 3 }), 0)

  self:assertEqual(seen, { { 1, 2, 3 } })
end

function ReactTests:test_defaultReactor()
  local passed
  self:patch(package.loaded, "twisted.internet.reactor", self.reactor)
  self.reactor = nil

  self:react(function(r)
    passed = r
    return defer.succeed(nil)
  end)

  self:assertIs(passed, package.loaded["twisted.internet.reactor"])
end

function ReactTests:test_exitWithDefinedCode()
  self:assertEqual(self:react(function() return defer.fail(errors.SystemExit(23)) end), 23)
end

function ReactTests:test_synchronousStop()
  self:assertEqual(self:react(function(clock)
    local d = defer.Deferred()
    clock:callWhenRunning(function()
      clock:stop()
      d:callback(nil)
    end)
    return d
  end), 0)
end

function ReactTests:test_asynchronousStop()
  self:assertEqual(self:react(function(clock)
    clock:callLater(1, clock.stop, clock)
    return defer.Deferred()
  end), 0)
end

function ReactTests:test_systemExitWithoutCode()
  self:assertEqual(self:react(function() return defer.fail(errors.SystemExit()) end), 0)
end

function ReactTests:test_mainRaises()
  self:assertEqual(self:react(function() error(SomeError("at once")) end), 1)
  self:assertLogged(SomeError)
end

local ReactCoroutineFunctionTests = class("ReactCoroutineFunctionTests", ReactTests)

function ReactCoroutineFunctionTests.main(f)
  return function(...)
    local arguments = table.pack(...)
    return coroutine.create(function()
      return defer.await(f(table.unpack(arguments, 1, arguments.n)))
    end)
  end
end

local ReactAwaitTests = class("ReactAwaitTests", ReactTests)

function ReactAwaitTests.main(f)
  return function(...)
    return defer.await(f(...))
  end
end

return {
  ClockTests,
  LoopTests,
  ReactorLoopTests,
  DeferLaterTests,
  ReactTests,
  ReactCoroutineFunctionTests,
  ReactAwaitTests,
}
