-- Cooperator and CooperativeTask: the cases of Twisted's test_cooperator.py, and those it lacks.
local class = require("class")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local reactor = require("twisted.internet.reactor")
local task = require("twisted.internet.task")
local unittest = require("twisted.trial.unittest")

local SomeError = class("SomeError", exception.Exception)

-- An iterator over some things, and one that has none.
local function each(things)
  local i = 0
  return function()
    i = i + 1
    return things[i]
  end
end

local function none() end

-- Keeps what is to be called until the test makes it happen.
local FakeScheduler = class("FakeScheduler")

function FakeScheduler:__init()
  self.work = {}
end

function FakeScheduler:__call(f)
  local call = { f = f, isCancelled = false }
  function call:cancel()
    self.isCancelled = true
  end
  table.insert(self.work, call)
  return call
end

function FakeScheduler:pump()
  local work = self.work
  self.work = {}
  for _, call in ipairs(work) do
    if not call.isCancelled then
      call.f()
    end
  end
end

local function oneStep()
  return function()
    return true
  end
end

local CooperatorTests = class("CooperatorTests", unittest.TestCase)

function CooperatorTests:test_stoppedRejectsNewTasks()
  for _, given in ipairs({ false, defer.Deferred() }) do
    local cooperator = task.Cooperator()
    cooperator:stop()

    local d = cooperator:coiterate(none, given or nil)

    self:failureResultOf(d, task.SchedulerStopped)
  end
end

function CooperatorTests:test_stopRunning()
  local steps = 0
  local cooperator = task.Cooperator()
  local d = cooperator:coiterate(function()
    steps = steps + 1
    return steps < 3
  end)

  cooperator:stop()

  self:failureResultOf(d, task.SchedulerStopped)
  self:assertEqual(steps, 0)
end

function CooperatorTests:test_stopOutstanding()
  local outstanding, steps = defer.Deferred(), 0
  local scheduler = FakeScheduler()
  local cooperator = task.Cooperator({ scheduler = scheduler })
  local d = cooperator:coiterate(function()
    steps = steps + 1
    return outstanding
  end)
  scheduler:pump()

  cooperator:stop()
  outstanding:callback("arglebargle")

  self:failureResultOf(d, task.SchedulerStopped)
  self:assertEqual(steps, 1)
end

function CooperatorTests:test_unexpectedError()
  local d = task.Cooperator():coiterate(function() error(SomeError()) end)

  self:assertRaises(SomeError, defer.await, d)
end

function CooperatorTests:test_unexpectedErrorActuallyLater()
  local d = task.Cooperator():coiterate(function()
    local late = defer.Deferred()
    reactor.callLater(0, late.errback, late, SomeError())
    return late
  end)

  self:assertRaises(SomeError, defer.await, d)
end

function CooperatorTests:test_unexpectedErrorNotActuallyLater()
  local d = task.Cooperator():coiterate(function() return defer.fail(SomeError()) end)

  self:assertRaises(SomeError, defer.await, d)
end

function CooperatorTests:test_cooperation()
  local seen, ds = {}, {}
  local cooperator = task.Cooperator()
  for i, things in ipairs({ { "a", "b", "c" }, { 1, 2, 3 }, { "d", "e", "f" }, { 4, 5, 6 } }) do
    ds[i] = cooperator:coiterate(coroutine.create(function()
      for _, thing in ipairs(things) do
        table.insert(seen, thing)
        coroutine.yield()
      end
    end))
  end

  defer.await(defer.DeferredList(ds))

  self:assertEqual(table.concat(seen), "a1d4b2e5c3f6")
end

function CooperatorTests:test_resourceExhaustion()
  local output = {}
  local scheduler = FakeScheduler()
  local cooperator = task.Cooperator({
    scheduler = scheduler,
    terminationPredicateFactory = function()
      return function() return #output == 10 end
    end,
  })
  cooperator:cooperate(function()
    table.insert(output, #output)
    return true
  end)

  scheduler:pump()

  self:assertEqual(#output, 10)
  cooperator:stop()
end

function CooperatorTests:test_defaultPredicateLetsTheLoopGoOn()
  local steps, isOver = 0, false
  local cooperator = task.Cooperator()
  cooperator:cooperate(function()
    steps = steps + 1
    return not isOver
  end)

  defer.await(task.deferLater(reactor, 0.03))

  isOver = true
  self:assertGreater(steps, 10)
  defer.await(task.deferLater(reactor, 0))
end

function CooperatorTests:test_callbackReCoiterate()
  local scheduled, isDone = {}, false
  local cooperator = task.Cooperator({
    scheduler = function(f)
      self:assertEqual(#scheduled, 0)
      scheduled[1] = f
      return { cancel = none }
    end,
    terminationPredicateFactory = oneStep,
  })
  cooperator:coiterate(none):addCallback(function()
    cooperator:coiterate(none):addBoth(function() isDone = true end)
  end)

  for _ = 1, 50 do
    if scheduled[1] then
      table.remove(scheduled)()
    end
  end

  self:assertTrue(isDone)
end

function CooperatorTests:test_removingLastTaskStopsScheduledCall()
  local scheduler = FakeScheduler()
  local cooperator = task.Cooperator({ scheduler = scheduler })
  local first = cooperator:cooperate(each({ 1, 2 }))
  local second = cooperator:cooperate(each({ 1, 2 }))
  self:assertEqual(#scheduler.work, 1)

  first:stop()
  self:assertFalse(scheduler.work[1].isCancelled)

  second:stop()
  self:assertTrue(scheduler.work[1].isCancelled)

  cooperator:cooperate(each({ 1, 2 }))
  self:assertEqual(#scheduler.work, 2)
  self:assertFalse(scheduler.work[2].isCancelled)
end

function CooperatorTests:test_runningWhenStarted()
  self:assertTrue(task.Cooperator().running)
end

function CooperatorTests:test_argumentsWithoutNames()
  self:assertFalse(task.Cooperator(nil, nil, false).running)
end

function CooperatorTests:test_runningWhenNotStarted()
  self:assertFalse(task.Cooperator({ started = false }).running)
end

function CooperatorTests:test_runningWhenRunning()
  local cooperator = task.Cooperator({ started = false })
  cooperator:start()
  self:assertTrue(cooperator.running)
end

function CooperatorTests:test_runningWhenStopped()
  local cooperator = task.Cooperator({ started = false })
  cooperator:start()
  cooperator:stop()
  self:assertFalse(cooperator.running)
end

function CooperatorTests:test_tasksWaitForStart()
  local scheduler = FakeScheduler()
  local cooperator = task.Cooperator({ scheduler = scheduler, started = false })
  local d = cooperator:coiterate(none)
  self:assertEqual(#scheduler.work, 0)

  cooperator:start()
  scheduler:pump()

  self:assertIs(self:successResultOf(d), none)
end

function CooperatorTests:test_unknownOption()
  self:assertRaises(exception.TypeError, task.Cooperator, { begun = true })
end

function CooperatorTests:test_notAnIterator()
  for _, wrong in ipairs({ 1, "abc", {} }) do
    self:assertRaises(exception.TypeError, task.cooperate, wrong)
    self:assertRaises(exception.TypeError, task.coiterate, wrong)
  end
end

-- Every task has its turn, also when one ends in between.
function CooperatorTests:test_turnsWhenATaskEnds()
  local seen, scheduler = {}, FakeScheduler()
  local cooperator = task.Cooperator({ scheduler = scheduler, terminationPredicateFactory = oneStep })
  for _, plan in ipairs({ { "a", 0 }, { "b", 2 }, { "c", 2 } }) do
    local left = plan[2]
    cooperator:cooperate(function()
      table.insert(seen, plan[1])
      left = left - 1
      return left >= 0
    end)
  end

  for _ = 1, 10 do
    scheduler:pump()
  end

  self:assertEqual(table.concat(seen), "abcbcbc")
end

local AliasTests = class("AliasTests", unittest.TestCase)

function AliasTests:test_cooperate()
  local it = each({ 1, 2, 3 })

  local theTask = task.cooperate(it)

  self:assertIn(theTask, task._theCooperator._tasks)
  self:assertIs(defer.await(theTask:whenDone()), it)
end

function AliasTests:test_coiterate()
  local it = each({ 1, 2, 3 })

  self:assertIs(defer.await(task.coiterate(it)), it)
end

local RunStateTests = class("RunStateTests", unittest.TestCase)

function RunStateTests:setUp()
  self.work, self.next = {}, nil
  self.scheduler = FakeScheduler()
  self.cooperator = task.Cooperator({ scheduler = self.scheduler, terminationPredicateFactory = oneStep })
  local i = 0
  self.iterator = function()
    i = i + 1
    if self.next == "end" then
      return nil
    elseif self.next == "fail" then
      error(SomeError())
    end
    local item = i
    if self.next == "wait" then
      self.next, item = nil, defer.Deferred()
    end
    table.insert(self.work, item)
    return item
  end
  self.task = self.cooperator:cooperate(self.iterator)
end

function RunStateTests:pump(next)
  self.next = next
  self.scheduler:pump()
end

function RunStateTests:test_pauseResume()
  self:pump()
  self:pump()
  self:assertEqual(self.work, { 1, 2 })

  self.task:pause()
  self:pump()
  self:assertEqual(self.work, { 1, 2 })

  self.task:resume()
  self:assertEqual(self.work, { 1, 2 })
  self:pump()
  self:assertEqual(self.work, { 1, 2, 3 })
end

function RunStateTests:test_resumeNotPaused()
  self:assertRaises(task.NotPaused, self.task.resume, self.task)
  self.task:pause()
  self.task:resume()
  self:assertRaises(task.NotPaused, self.task.resume, self.task)
end

function RunStateTests:test_pauseTwice()
  self.task:pause()
  self.task:pause()
  self:pump()
  self.task:resume()
  self:pump()
  self:assertEqual(self.work, {})

  self.task:resume()
  self:pump()
  self:assertEqual(self.work, { 1 })
end

function RunStateTests:test_pauseWhileDeferred()
  self:pump("wait")
  self:pump()
  self.task:pause()
  self:pump()
  self.task:resume()
  self:pump()
  self:assertEqual(#self.work, 1)

  self.work[1]:callback("STUFF!")
  self:pump()

  self:assertEqual(self.work[2], 2)
end

function RunStateTests:test_whenDone()
  local seen = {}
  local first = self.task:whenDone():addCallback(function(result)
    table.insert(seen, result)
    return 1
  end)
  local second = self.task:whenDone():addCallback(function(result)
    table.insert(seen, result)
    return 2
  end)

  self:pump("end")

  self:assertEqual(#seen, 2)
  self:assertIs(seen[1], self.iterator)
  self:assertIs(seen[2], self.iterator)
  self:assertEqual(self:successResultOf(first), 1)
  self:assertEqual(self:successResultOf(second), 2)
end

function RunStateTests:test_whenDoneError()
  local d = self.task:whenDone()

  self:pump("fail")

  self:failureResultOf(d, SomeError)
end

function RunStateTests:test_whenDoneStop()
  local d = self.task:whenDone()

  self.task:stop()

  self:failureResultOf(d, task.TaskStopped)
end

function RunStateTests:test_whenDoneAlreadyDone()
  self:pump("end")

  self:assertIs(self:successResultOf(self.task:whenDone()), self.iterator)
end

function RunStateTests:test_whenDoneAlreadyFailed()
  self:pump("fail")

  self:failureResultOf(self.task:whenDone(), SomeError)
  self:failureResultOf(self.task:whenDone(), SomeError)
end

function RunStateTests:test_failureNobodyAskedForIsReported()
  self:pump("fail")
  self.task = nil

  defer._reportUnhandled()

  self:assertEqual(#self:flushLoggedErrors(SomeError), 1)
end

function RunStateTests:test_stopStops()
  self.task:stop()
  self:pump()

  self:assertRaises(task.TaskStopped, self.task.stop, self.task)
  self:assertRaises(task.TaskStopped, self.task.pause, self.task)
  self:pump()
  self:assertEqual(self.work, {})
end

function RunStateTests:test_pauseStopResume()
  self.task:pause()
  self.task:stop()
  self.task:resume()
  self:pump()

  self:assertEqual(self.work, {})
end

function RunStateTests:test_stopDeferred()
  self:pump("wait")
  local d = table.remove(self.work)
  local result = "not called"
  d:addBoth(function(value) result = value end)

  self.task:stop()
  d:callback(7)
  self:pump()

  self:assertIsNone(result)
  self:assertEqual(self.work, {})
end

function RunStateTests:test_stopDeferredThatFails()
  self:pump("wait")
  local stopped = self.task:whenDone()
  self.task:stop()

  table.remove(self.work):errback(SomeError())

  self:failureResultOf(stopped, task.TaskStopped)
  defer._reportUnhandled()
  self:assertEqual(#self:flushLoggedErrors(SomeError), 1)
end

function RunStateTests:test_stopExhausted()
  self:pump("end")

  self:assertRaises(task.TaskDone, self.task.stop, self.task)
end

function RunStateTests:test_stopErrored()
  self.task:whenDone():addErrback(none)
  self:pump("fail")

  self:assertRaises(task.TaskFailed, self.task.stop, self.task)
end

function RunStateTests:test_stopCooperatorReentrancy()
  local phases = {}
  self.task:whenDone():addCallback(function(result)
    table.insert(phases, result)
    self.cooperator:stop()
    table.insert(phases, "done")
  end)

  self:pump("end")

  self:assertEqual(phases, { self.iterator, "done" })
end

function RunStateTests:test_stopsItself()
  local steps = 0
  local own
  own = self.cooperator:cooperate(function()
    steps = steps + 1
    own:stop()
    return true
  end)
  local d = own:whenDone()

  self:pump()
  self:pump()
  self:pump()

  self:assertEqual(steps, 1)
  self:failureResultOf(d, task.TaskStopped)
end

function RunStateTests:test_coroutine()
  local late, result = defer.Deferred(), nil
  local co = coroutine.create(function()
    coroutine.yield(late)
    result = "after it"
  end)
  local d = self.cooperator:coiterate(co)
  self.task:stop()
  self:pump()
  self:pump()
  self:assertNoResult(d)

  late:callback(nil)
  self:pump()

  self:assertIs(self:successResultOf(d), co)
  self:assertEqual(result, "after it")
end

function RunStateTests:test_coroutineThatRaises()
  local d = self.cooperator:coiterate(coroutine.create(function()
    error(SomeError("in the coroutine"))
  end))
  self.task:stop()

  self:pump()

  local reason = self:failureResultOf(d, SomeError)
  self:assertIn("test_cooperator.lua", reason:getTraceback())
end

return { CooperatorTests, AliasTests, RunStateTests }
