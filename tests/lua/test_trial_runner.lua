-- How the runner runs a test and what it finds wrong: order of phases, outcomes, leftovers, logged errors, time.
local class = require("class")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local log = require("twisted.python.log")
local stubs = require("trial_stubs")
local unittest = require("twisted.trial.unittest")

local function suite(methods)
  local Suite = class("Suite", unittest.TestCase)
  for name, value in pairs(methods) do
    Suite[name] = value
  end
  return Suite
end

local PhaseTests = class("PhaseTests", unittest.TestCase)

function PhaseTests:test_cleanupsRunLastInFirstOutAndBeforeTearDown()
  local ran = {}
  local function note(what)
    ran[#ran + 1] = what
  end

  stubs.run(suite({
    setUp = function(case)
      note("setUp")
      case:addCleanup(note, "first")
    end,
    test_it = function(case)
      case:addCleanup(note, "second")
      note("test")
    end,
    tearDown = function()
      note("tearDown")
    end,
  }))

  self:assertEqual(ran, { "setUp", "test", "second", "first", "tearDown" })
end

function PhaseTests:test_cleanupsAndTearDownRunAfterAFailure()
  local ran = {}

  local results = stubs.run(suite({
    test_it = function(case)
      case:addCleanup(function()
        ran[#ran + 1] = "cleanup"
        error("cleanup broke")
      end)
      case:fail("no")
    end,
    tearDown = function()
      ran[#ran + 1] = "tearDown"
      error("tearDown broke")
    end,
  }))

  self:assertEqual(ran, { "cleanup", "tearDown" })
  local phases = {}
  for i, problem in ipairs(results[1].problems) do
    phases[i] = problem.phase .. " " .. problem.kind
  end
  self:assertEqual(phases, { "test failed", "cleanup error", "tearDown error" })
  self:assertEqual(results[1].outcome, "failed")
end

function PhaseTests:test_setUpThatFailsRunsCleanupsOnly()
  local ran = {}
  local function note(what)
    return function()
      ran[#ran + 1] = what
    end
  end

  local results = stubs.run(suite({
    setUp = function(case)
      case:addCleanup(note("cleanup"))
      error("setUp broke")
    end,
    test_it = note("test"),
    tearDown = note("tearDown"),
  }))

  self:assertEqual(ran, { "cleanup" })
  self:assertEqual(results[1].outcome, "error")
end

function PhaseTests:test_eachPhaseMayWait()
  local ran = {}
  local host = stubs.host()
  local function later(what)
    return function()
      local d = defer.Deferred()
      host.reactor:callLater(1, d.callback, d, nil)
      defer.await(d)
      ran[#ran + 1] = what
    end
  end

  local results = stubs.run(suite({
    setUp = function(case)
      case:addCleanup(later("cleanup"))
      later("setUp")()
    end,
    test_it = later("test"),
    tearDown = later("tearDown"),
  }), { host = host })

  self:assertEqual(ran, { "setUp", "test", "cleanup", "tearDown" })
  self:assertEqual(results[1].outcome, "passed")
  self:assertEqual(results[1].seconds, 4)
end

function PhaseTests:test_returnedDeferredDecides()
  local results = stubs.run(suite({
    test_fails = function()
      return defer.fail(unittest.FailTest("later"))
    end,
    test_passes = function()
      return defer.succeed(1)
    end,
  }))

  self:assertEqual(results.test_fails.outcome, "failed")
  self:assertEqual(results.test_passes.outcome, "passed")
end

function PhaseTests:test_patchesAreTakenBack()
  local target = { old = 1 }

  stubs.run(suite({
    test_it = function(case)
      case:patch(target, "old", 2)
      case:patch(target, "old", 3)
      case:patch(target, "new", 4)
      case:assertEqual(target, { old = 3, new = 4 })
    end,
  }))

  self:assertEqual(target, { old = 1 })
end

local OutcomeTests = class("OutcomeTests", unittest.TestCase)

function OutcomeTests:test_failuresErrorsAndPasses()
  local results, run = stubs.run(suite({
    test_error = function()
      error("broken")
    end,
    test_fail = function(case)
      case:assertEqual(1, 2)
    end,
    test_pass = function() end,
  }))

  self:assertEqual(results.test_error.outcome, "error")
  self:assertEqual(results.test_fail.outcome, "failed")
  self:assertEqual(results.test_pass.outcome, "passed")
  self:assertEqual(run.status, 1)
  self:assertEqual(run.counts.passed, 1)
  self:assertEqual(run.counts.failed, 2)
end

function OutcomeTests:test_skips()
  local Suite = suite({
    test_asked = function(case)
      case:skipTest("no network")
    end,
    test_marked = function(case)
      case:fail("not reached")
    end,
    test_raised = function()
      error(unittest.SkipTest("raised"))
    end,
  })
  unittest.mark(Suite.test_marked, { skip = "not here" })

  local results, run = stubs.run(Suite)

  self:assertEqual(results.test_asked.reason, "no network")
  self:assertEqual(results.test_marked.reason, "not here")
  self:assertEqual(results.test_raised.reason, "raised")
  self:assertEqual(stubs.outcomes(results), { "skipped", "skipped", "skipped" })
  self:assertEqual(run.status, 0)
end

function OutcomeTests:test_classThatIsSkippedIsNotSetUp()
  local results = stubs.run(suite({
    skip = "all of it",
    setUp = function()
      error("not reached")
    end,
    test_it = function() end,
  }))

  self:assertEqual(results.test_it.outcome, "skipped")
  self:assertEqual(results.test_it.reason, "all of it")
end

function OutcomeTests:test_todo()
  local results, run = stubs.run(suite({
    todo = "one day",
    test_fails = function(case)
      case:fail("as expected")
    end,
    test_passes = function() end,
    test_skipped = function(case)
      case:skipTest("not today")
    end,
  }))

  self:assertEqual(results.test_fails.outcome, "todo")
  self:assertEqual(results.test_passes.outcome, "unexpected success")
  self:assertEqual(run.counts.failed, 1)
  self:assertEqual(run.counts.passed, 1)
end

function OutcomeTests:test_nothingToRunIsNoSuccess()
  local _, run = stubs.run({})

  self:assertEqual(run.status, 1)
end

local TimeoutTests = class("TimeoutTests", unittest.TestCase)

function TimeoutTests:test_testThatHangsFailsAndTheRunGoesOn()
  local results = stubs.run(suite({
    test_1 = function()
      return defer.Deferred()
    end,
    test_2 = function() end,
  }))

  self:assertEqual(stubs.outcomes(results), { "error", "passed" })
  self:assertEqual(results.test_1.seconds, 120)
  self:assertMatches("Suite%.test_1 %(test%) still running after 120 s", stubs.message(results.test_1))
end

function TimeoutTests:test_theLineItWaitsAtIsNamed()
  local results = stubs.run(suite({
    test_it = function()
      local inner = defer.inlineCallbacks(function()
        defer.await(defer.Deferred())
      end)
      defer.await(inner())
    end,
  }), { timeout = 3 })

  local problem = results[1].problems[1]
  self:assertEqual(results[1].seconds, 3)
  self:assertMatches("test_trial_runner.lua:%d+:.*test_trial_runner.lua:%d+:", problem.failure.traceback)
end

function TimeoutTests:test_whatItHasOpenIsClosed()
  local closed = {}

  local results = stubs.run(suite({
    timeout = 1,
    test_it = function(case)
      case:addCleanup(table.insert, closed, "cleanup")
      local _ <close> = setmetatable({}, {
        __close = function()
          closed[#closed + 1] = "variable"
        end,
      })
      defer.await(defer.Deferred())
    end,
    tearDown = function()
      closed[#closed + 1] = "tearDown"
    end,
  }))

  self:assertEqual(closed, { "variable", "cleanup", "tearDown" })
  self:assertEqual(results[1].outcome, "error")
end

function TimeoutTests:test_timeoutOfOneTest()
  local Suite = suite({
    timeout = 50,
    test_it = function()
      return defer.Deferred()
    end,
  })
  unittest.mark(Suite.test_it, { timeout = 2 })

  local results = stubs.run(Suite, { timeout = 7 })

  self:assertEqual(results[1].seconds, 2)
end

function TimeoutTests:test_setUpAndCleanupHaveTheirTimeToo()
  local function hang()
    return defer.Deferred()
  end

  local results = stubs.run(suite({
    timeout = 1,
    setUp = function(case)
      case:addCleanup(hang)
      return hang()
    end,
    test_it = function() end,
  }))

  self:assertMatches("%(setUp%) still running", stubs.message(results[1], 1))
  self:assertMatches("%(cleanup%) still running", stubs.message(results[1], 2))
end

local CleanTests = class("CleanTests", unittest.TestCase)

function CleanTests:test_leftoverTimerIsAnError()
  local host = stubs.host()

  local results = stubs.run(suite({
    test_1 = function()
      host.reactor:callLater(100, print)
    end,
    test_2 = function() end,
  }), { host = host })

  self:assertEqual(stubs.outcomes(results), { "error", "passed" })
  self:assertMatches("timer: DelayedCall, made at suite.lua:1", stubs.message(results.test_1))
  self:assertEqual(host.disposed, 1)
end

function CleanTests:test_whatClosesInTimeIsClean()
  local host = stubs.host()

  local results = stubs.run(suite({
    test_it = function()
      host.open[1] = { kind = "connection", what = "Connection", id = 1 }
      local function close()
        host.open = {}
      end
      host.reactor:callLater(0, host.reactor.callLater, host.reactor, 0, close)
    end,
  }), { host = host })

  self:assertEqual(results[1].outcome, "passed")
  self:assertEqual(host.disposed, 0)
end

function CleanTests:test_whatWasOpenBeforeDoesNotCount()
  local host = stubs.host()
  host.open[1] = { kind = "port", what = "Port", id = 1 }

  local results = stubs.run(suite({ test_it = function() end }), { host = host })

  self:assertEqual(results[1].outcome, "passed")
  self:assertEqual(#host.open, 1)
end

function CleanTests:test_loggedErrorsAreErrorsUnlessFlushed()
  local host = stubs.host()
  local function logged(cls)
    host.log.err(failure.Failure(cls("logged")))
  end

  local results = stubs.run(suite({
    test_flushed = function(case)
      logged(exception.ValueError)
      case:assertEqual(#case:flushLoggedErrors(exception.KeyError), 0)
      case:assertEqual(#case:flushLoggedErrors(exception.ValueError), 1)
    end,
    test_notFlushed = function(case)
      logged(exception.KeyError)
      logged(exception.ValueError)
      case:flushLoggedErrors(exception.ValueError)
    end,
  }), { host = host })

  self:assertEqual(results.test_flushed.outcome, "passed")
  self:assertEqual(results.test_notFlushed.outcome, "error")
  self:assertEqual(#results.test_notFlushed.problems, 1)
  self:assertEqual(next(host.log.observers), nil)
end

function CleanTests:test_unhandledFailureIsTheErrorOfItsTest()
  local host = stubs.host()
  host.log = log

  local results = stubs.run(suite({
    test_1 = function(case)
      case.kept = defer.fail(exception.ValueError("nobody cares"))
    end,
    test_2 = function() end,
  }), { host = host })
  self:flushLoggedErrors(exception.ValueError)

  self:assertEqual(stubs.outcomes(results), { "error", "passed" })
  self:assertEqual(stubs.message(results.test_1), "nobody cares")
end

function CleanTests:test_stoppingTheReactorIsRefused()
  local host = stubs.host()
  local stopped = false
  host.reactor.stop = function()
    stopped = true
  end

  local results = stubs.run(suite({
    test_it = function()
      host.reactor.stop()
    end,
  }), { host = host })
  host.reactor.stop()

  self:assertEqual(results[1].outcome, "error")
  self:assertMatches("would end the test run", stubs.message(results[1]))
  self:assertTrue(stopped)
end

return { PhaseTests, OutcomeTests, TimeoutTests, CleanTests }
