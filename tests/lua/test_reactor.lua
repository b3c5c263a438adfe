-- The reactor as a script sees it: calls due later, calls at its turns and phases, names looked up.
local class = require("class")
local defer = require("twisted.internet.defer")
local error_ = require("twisted.internet.error")
local reactor = require("twisted.internet.reactor")
local unittest = require("twisted.trial.unittest")

local await = defer.await

local function sleep(seconds)
  local d = defer.Deferred()
  reactor.callLater(seconds, d.callback, d, nil)
  return d
end

local TimeTests = class("TimeTests", unittest.TestCase)

function TimeTests:test_seconds()
  local before = reactor.seconds()
  await(sleep(0.01))
  local after = reactor.seconds()

  self:assertEqual(math.type(before), "float")
  self:assertTrue(after - before >= 0.01, after - before)
end

function TimeTests:test_callLater()
  local got = defer.Deferred()
  reactor.callLater(0, function(...)
    got:callback(table.pack(...))
  end, 1, nil, "three", nil)

  self:assertEqual(await(got), { n = 4, 1, nil, "three", nil })
end

function TimeTests:test_aColonWorksToo()
  local d = defer.Deferred()
  reactor:callLater(0, d.callback, d, "colon")

  self:assertEqual(await(d), "colon")
end

function TimeTests:test_callLaterRunsInALaterTurn()
  local ran = {}
  local d = defer.Deferred()
  reactor.callLater(0, function()
    reactor.callLater(0, function()
      ran[#ran + 1] = "inner"
      d:callback(nil)
    end)
    ran[#ran + 1] = "outer"
  end)
  await(d)

  self:assertEqual(ran, { "outer", "inner" })
end

function TimeTests:test_callLaterKeepsCallsOrdered()
  local ran = {}
  local d = defer.Deferred()
  for _, name in ipairs({ "third", "first", "second" }) do
    local delay = ({ first = 0.001, second = 0.002, third = 0.003 })[name]
    reactor.callLater(delay, function()
      ran[#ran + 1] = name
      if #ran == 3 then
        d:callback(nil)
      end
    end)
  end
  await(d)

  self:assertEqual(ran, { "first", "second", "third" })
end

function TimeTests:test_callLaterReset()
  local call = reactor.callLater(100, function() end)
  local first = call:getTime()
  call:reset(50)
  local second = call:getTime()
  call:delay(-10)

  self:assertTrue(first - second > 49 and first - second < 51, first - second)
  self:assertTrue(math.abs(second - call:getTime() - 10) < 1e-6)
  call:cancel()
end

function TimeTests:test_cancelDelayedCall()
  local call = reactor.callLater(0, self.fail, self, "it was cancelled")
  call:cancel()
  await(sleep(0))

  self:assertFalse(call:active())
end

function TimeTests:test_whatIsOverStillTellsWhenItWasDue()
  local called, cancelled = reactor.callLater(0.001, function() end), reactor.callLater(50, function() end)
  local calledAt, cancelledAt = called:getTime(), cancelled:getTime()
  cancelled:cancel()
  await(sleep(0.001))
  collectgarbage()

  self:assertFalse(called:active() or cancelled:active())
  self:assertEqual({ called:getTime(), cancelled:getTime() }, { calledAt, cancelledAt })
  self:assertEqual(tostring(called), "DelayedCall (over)")
end

function TimeTests:test_cancelLetsTheFunctionGo()
  local held = setmetatable({}, { __mode = "k" })
  local function f() end
  held[f] = true
  local call = reactor.callLater(50, f)
  f = nil
  collectgarbage()
  self:assertIsNotNone(next(held))

  call:cancel()
  collectgarbage()

  self:assertIsNone(next(held))
end

function TimeTests:test_pendingCallIsOneObject()
  local call = reactor.callLater(50, function() end)

  self:assertIn(call, reactor.getDelayedCalls())
  call:cancel()
  self:assertNotIn(call, reactor.getDelayedCalls())
end

function TimeTests:test_cancelCancelledDelayedCall()
  local call = reactor.callLater(0, function() end)
  call:cancel()

  for _, method in ipairs({ "cancel", "reset", "delay" }) do
    local e = self:assertRaises(error_.AlreadyCancelled, call[method], call, 1)
    self:assertEqual(tostring(e), "Tried to cancel an already-cancelled event.")
  end
end

function TimeTests:test_cancelCalledDelayedCallSynchronous()
  local d = defer.Deferred()
  local call
  call = reactor.callLater(0, function()
    d:callback({ call:active(), pcall(call.cancel, call) })
  end)
  local active, ok, e = table.unpack(await(d))

  self:assertFalse(active)
  self:assertFalse(ok)
  self:assertIsInstance(e, error_.AlreadyCalled)
end

function TimeTests:test_cancelCalledDelayedCallAsynchronous()
  local call = reactor.callLater(0, function() end)
  await(sleep(0))

  for _, method in ipairs({ "cancel", "reset", "delay" }) do
    self:assertRaises(error_.AlreadyCalled, call[method], call, 1)
  end
end

function TimeTests:test_GetDelayedCalls()
  local before = #reactor.getDelayedCalls()
  local call = reactor.callLater(10, function() end)
  local during = reactor.getDelayedCalls()
  local isIn = false
  for _, other in ipairs(during) do
    isIn = isIn or other == call
  end
  call:cancel()

  self:assertEqual(#during, before + 1)
  self:assertTrue(isIn)
  self:assertEqual(#reactor.getDelayedCalls(), before)
end

function TimeTests:test_active()
  local call = reactor.callLater(0, function() end)
  local before = call:active()
  await(sleep(0))

  self:assertTrue(before)
  self:assertFalse(call:active())
end

function TimeTests:test_wrongDelaysAreRefusedWhereTheyAreGiven()
  for _, delay in ipairs({ -1, 0 / 0, math.huge, "soon", {} }) do
    local e = self:assertRaises(nil, reactor.callLater, delay, print)
    self:assertTrue(tostring(e):find("#1"), tostring(e))
  end
  self:assertRaises("#2", reactor.callLater, 1, "no function")
  self:assertRaises("#2", reactor.callLater, 1)
end

function TimeTests:test_anErrorInACallIsLoggedAndTheOthersRun()
  local d = defer.Deferred()
  reactor.callLater(0, error, "boom in a call")
  reactor.callLater(0, d.callback, d, "ran")

  self:assertEqual(await(d), "ran")
  local logged = self:flushLoggedErrors()
  self:assertEqual(#logged, 1)
  self:assertIn("boom in a call", logged[1]:getErrorMessage())
end

local CallTests = class("CallTests", unittest.TestCase)

function CallTests:test_callWhenRunningIsAtOnceWhileRunning()
  local got
  reactor.callWhenRunning(function(...)
    got = { ... }
  end, "a", 2)

  self:assertEqual(got, { "a", 2 })
end

function CallTests:test_callFromThread()
  local ran = {}
  local d = defer.Deferred()
  for i = 1, 3 do
    reactor.callFromThread(function(n)
      ran[#ran + 1] = n
      if n == 3 then
        d:callback(nil)
      end
    end, i)
  end
  local atOnce = #ran
  await(d)

  self:assertEqual(atOnce, 0)
  self:assertEqual(ran, { 1, 2, 3 })
end

function CallTests:test_running()
  self:assertIs(reactor.running, true)
end

function CallTests:test_multipleRun()
  self:assertRaises(error_.ReactorAlreadyRunning, reactor.run)
end

local ThreePhaseEventTests = class("ThreePhaseEventTests", unittest.TestCase)

local function event()
  return "test event " .. tostring({})
end

function ThreePhaseEventTests:test_fireEvent()
  local name, ran = event(), {}
  for _, phase in ipairs({ "after", "before", "during" }) do
    reactor.addSystemEventTrigger(phase, name, function(...)
      ran[#ran + 1] = { phase, ... }
    end, "argument")
  end
  reactor.fireSystemEvent(name)

  self:assertEqual(ran, { { "before", "argument" }, { "during", "argument" }, { "after", "argument" } })
end

function ThreePhaseEventTests:test_asynchronousBefore()
  local name, ran, held = event(), {}, defer.Deferred()
  reactor.addSystemEventTrigger("before", name, function()
    ran[#ran + 1] = "before"
    return held
  end)
  reactor.addSystemEventTrigger("during", name, function()
    ran[#ran + 1] = "during"
  end)
  reactor.fireSystemEvent(name)
  self:assertEqual(ran, { "before" })

  held:callback(nil)
  await(sleep(0))
  self:assertEqual(ran, { "before", "during" })
end

function ThreePhaseEventTests:test_beforeTriggerException()
  local name, ran = event(), {}
  reactor.addSystemEventTrigger("before", name, error, "boom before")
  reactor.addSystemEventTrigger("during", name, function()
    ran[#ran + 1] = "during"
  end)
  reactor.fireSystemEvent(name)
  await(sleep(0))

  self:assertEqual(ran, { "during" })
  self:assertEqual(#self:flushLoggedErrors(), 1)
end

function ThreePhaseEventTests:test_removeTrigger()
  local name = event()
  local trigger = reactor.addSystemEventTrigger("before", name, self.fail, self, "it was removed")
  reactor.removeSystemEventTrigger(trigger)
  reactor.fireSystemEvent(name)

  self:assertRaises(nil, reactor.removeSystemEventTrigger, trigger)
  self:assertRaises(nil, reactor.removeSystemEventTrigger, "no trigger")
end

function ThreePhaseEventTests:test_addInvalidPhase()
  self:assertRaises("'between' is not a phase: before, during or after", reactor.addSystemEventTrigger, "between", "shutdown", print)
end

function ThreePhaseEventTests:test_triggersRunOnce()
  local name, count = event(), 0
  reactor.addSystemEventTrigger("during", name, function()
    count = count + 1
  end)
  reactor.fireSystemEvent(name)
  reactor.fireSystemEvent(name)

  self:assertEqual(count, 1)
end

local ResolveTests = class("ResolveTests", unittest.TestCase)

function ResolveTests:test_addressesAndNames()
  self:assertEqual(await(reactor.resolve("127.0.0.1")), "127.0.0.1")
  self:assertEqual(await(reactor.resolve("localhost")), "127.0.0.1")
  self:assertEqual(await(reactor.resolve("")), "0.0.0.0")
end

function ResolveTests:test_anUnknownName()
  local failure = await(self:assertFailure(reactor.resolve("no-such-host.invalid"), error_.DNSLookupError))

  self:assertEqual(tostring(failure), "DNS lookup failed: no-such-host.invalid.")
end

function ResolveTests:test_noName()
  self:assertRaises("string expected, got nil", reactor.resolve)
end

return { TimeTests, CallTests, ThreePhaseEventTests, ResolveTests }
