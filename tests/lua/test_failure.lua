local class = require("class")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local unittest = require("twisted.trial.unittest")

local Failure = failure.Failure
local ValueError = exception.ValueError

local FailureTests = class("FailureTests", unittest.TestCase)

local function caught(f, ...)
  local _, reason = failure.call(f, ...)
  return reason
end

local function raise(value)
  error(value)
end

function FailureTests:test_failAndTrap()
  local reason = caught(raise, exception.NotImplementedError("test"))

  self:assertIs(reason:trap(exception.ValueError, exception.RuntimeError), exception.RuntimeError)
  self:assertIs(reason.type, exception.NotImplementedError)
  self:assertEqual(reason:trap("RuntimeError"), "RuntimeError")
end

function FailureTests:test_trapRaisesWrappedException()
  local value = ValueError("wrong")

  local raised = self:assertRaises(ValueError, Failure(value).trap, Failure(value), exception.OverflowError)

  self:assertIs(raised, value)
end

function FailureTests:test_checkGivesNilWhenNoneFits()
  self:assertIsNone(Failure(ValueError()):check(exception.KeyError, "KeyError", "string"))
end

function FailureTests:test_plainValues()
  local text = caught(raise, "a string")
  local number = caught(raise, 3)

  self:assertEqual(text.type, "string")
  self:assertTrue(text:getErrorMessage():find("^.*test_failure.lua:%d+: a string$"))
  self:assertEqual(text:check("number", "string"), "string")
  self:assertIsNone(text:check(ValueError))
  self:assertEqual(number.value, 3)
  self:assertEqual(number:getErrorMessage(), "3")
  self:assertEqual(Failure(nil):getErrorMessage(), "nil")
end

function FailureTests:test_failureValueFromFailure()
  local first = caught(raise, ValueError("x"))
  local second = Failure(first)

  self:assertIs(second.value, first.value)
  self:assertIs(second.type, ValueError)
  self:assertEqual(second.traceback, first.traceback)
end

function FailureTests:test_failureValueFromFoundFailure()
  local first = caught(raise, ValueError("x"))

  self:assertIs(caught(raise, first), first)
end

function FailureTests:test_explictPass()
  local value = ValueError("x")

  self:assertIs(Failure(value).value, value)
end

function FailureTests:test_printTraceback()
  local reason = caught(raise, ValueError("the message"))
  local written = {}

  reason:printTraceback({ write = function(_, text) written[#written + 1] = text end })

  local text = table.concat(written)
  self:assertEqual(text, reason:getTraceback())
  self:assertTrue(text:find("^Traceback %(most recent call first%):\n"))
  self:assertTrue(text:find("test_failure.lua:%d+: in "))
  self:assertTrue(text:find("\nValueError: the message\n$"))
end

function FailureTests:test_printBriefTraceback()
  local text = caught(raise, ValueError("the message")):getBriefTraceback()

  self:assertTrue(text:find("^Traceback: ValueError: the message\n.*test_failure.lua:%d+: in [^\n]*\n$"), text)
end

-- A failure whose raiser had a variable, with or without its value.
local function withVariable(captureVars)
  local function raiser()
    local exampleVariable = "xyz"
    error(ValueError("the message"), #exampleVariable)
  end
  local _, reason = xpcall(raiser, function(value)
    return Failure(value, debug.traceback(), captureVars)
  end)
  return reason
end

local function written(reason, method)
  local texts = {}
  reason[method](reason, { write = function(_, text) texts[#texts + 1] = text end })
  return table.concat(texts)
end

function FailureTests:test_printDetailedTraceback()
  local text = written(withVariable(false), "printDetailedTraceback")

  self:assertTrue(text:find("^%*%-%-%- Failure %-%-%-\n"), text)
  self:assertTrue(text:find("\nValueError: the message\n%*%-%-%- End of Failure %-%-%-\n$"), text)
  self:assertIn("[Capture of Locals disabled (use captureVars=true)]", text)
  self:assertNotIn("exampleVariable", text)
end

function FailureTests:test_printDetailedTracebackCapturedVars()
  local text = written(withVariable(true), "printDetailedTraceback")

  self:assertTrue(text:find("test_failure.lua:%d+: in "), text)
  self:assertIn('\n  exampleVariable : "xyz"\n', text)
  self:assertNotIn("disabled", text)
end

function FailureTests:test_printDetailedTracebackCapturedVarsCleaned()
  local reason = withVariable(true)

  reason:cleanFailure()

  -- The text of a variable is a string itself now.
  self:assertIn('\n  exampleVariable : "xyz"\n', written(reason, "printDetailedTraceback"))
  for _, frame in ipairs(reason.frames) do
    for _, variable in ipairs(frame.locals) do
      self:assertEqual(type(variable[2]), "string")
    end
  end
end

function FailureTests:test_printBriefTracebackCapturedVars()
  local text = written(withVariable(true), "printBriefTraceback")

  self:assertTrue(text:find("^Traceback: ValueError: the message\n"), text)
  self:assertNotIn("exampleVariable", text)
end

function FailureTests:test_printTracebackCapturedVars()
  local text = written(withVariable(true), "printTraceback")

  self:assertTrue(text:find("\nValueError: the message\n$"), text)
  self:assertNotIn("exampleVariable", text)
end

function FailureTests:test_invalidFormatFramesDetail()
  local reason = Failure(ValueError("x"))

  self:assertEqual(reason:getTraceback("brief"), reason:getBriefTraceback())
  self:assertRaises(ValueError, reason.getTraceback, reason, "noisia")
end

function FailureTests:test_tracebackFromExceptionInPython3()
  local value = ValueError("x")
  local origin = caught(raise, value).traceback

  self:assertEqual(Failure(value).traceback, origin)
end

function FailureTests:test_cleanFailureRemovesTracebackInPython3()
  local value = ValueError("x")
  local reason = caught(raise, value)
  local origin = reason.traceback

  reason:cleanFailure()

  self:assertEqual(Failure(value).traceback, "")
  self:assertEqual(reason.traceback, origin)
end

function FailureTests:test_failureWithoutTraceback()
  self:assertEqual(Failure(ValueError("x")):getTraceback(), "Traceback (failure with no frames):\nValueError: x\n")
  self:assertEqual(Failure(ValueError("x")):getBriefTraceback(),
    "Traceback (failure with no frames): ValueError: x\n")
end

function FailureTests:test_raiseExceptionWithTB()
  local reason = caught(raise, ValueError("x"))
  local origin = reason.traceback

  local again = caught(reason.raiseException, reason)

  self:assertIs(again.value, reason.value)
  self:assertEqual(again.traceback:sub(1, #origin), origin)
  self:assertIn("-- passed on by:", again.traceback)
end

function FailureTests:test_raisingAStringAgainKeepsItsTraceback()
  local reason = caught(raise, "a string")
  local origin = reason.traceback

  local again = caught(reason.raiseException, reason)

  self:assertEqual(again.value, reason.value)
  self:assertEqual(again.traceback:sub(1, #origin), origin)
end

function FailureTests:test_errorObjectRaisedAgainByTheScriptKeepsItsTraceback()
  local value = ValueError("x")
  local origin = caught(raise, value).traceback

  self:assertEqual(caught(raise, value).traceback:sub(1, #origin), origin)
end

function FailureTests:test_tracebackStaysBounded()
  local reason = caught(raise, ValueError("x"))

  for _ = 1, 1000 do
    caught(raise, reason)
  end

  self:assertTrue(#reason.traceback < 20000)
end

function FailureTests:test_repr()
  self:assertEqual(tostring(Failure(ValueError("x"))), "<twisted.python.failure.Failure ValueError: x>")
  self:assertEqual(tostring(Failure("x")), "<twisted.python.failure.Failure string: x>")
end

function FailureTests:test_callGivesResults()
  self:assertEqual({ failure.call(math.max, 1, 2) }, { true, 2 })
  self:assertEqual(select("#", failure.call(function() return nil, nil end)), 3)
end

local GetTracebackTests = class("GetTracebackTests", unittest.TestCase)

local function broken()
  local Broken = class("Broken", exception.Exception)
  function Broken:__tostring()
    error("no text")
  end
  return Failure(Broken())
end

function GetTracebackTests:test_brokenValueBriefDetail()
  self:assertIn("__tostring failed", broken():getBriefTraceback())
end

function GetTracebackTests:test_brokenValueDefaultDetail()
  self:assertIn("__tostring failed", broken():getTraceback())
  self:assertIn("__tostring failed", broken():getErrorMessage())
  self:assertIn("__tostring failed", tostring(broken()))
end

function GetTracebackTests:test_brokenValueVerboseDetail()
  self:assertIn("__tostring failed", broken():getTraceback("verbose"))
end

-- Of a class that has lost its name.
local function brokenType()
  local Broken = class("Broken", exception.Exception)
  Broken.__name = {}
  return Failure(Broken("the message"))
end

function GetTracebackTests:test_brokenTypeBriefDetail()
  self:assertIn("(class without a name): the message", brokenType():getTraceback("brief"))
end

function GetTracebackTests:test_brokenTypeDefaultDetail()
  self:assertIn("(class without a name): the message", brokenType():getTraceback())
end

function GetTracebackTests:test_brokenTypeVerboseDetail()
  self:assertIn("(class without a name): the message", brokenType():getTraceback("verbose"))
end

-- A failure is raised again within a coroutine by the `await` it waits in.
local ExtendedGeneratorTests = class("ExtendedGeneratorTests", unittest.TestCase)

-- Runs `f` in a coroutine and gives the failure it ends with.
function ExtendedGeneratorTests:failureOf(f)
  return self:failureResultOf(defer.ensureDeferred(coroutine.create(f)))
end

function ExtendedGeneratorTests:test_throwExceptionIntoGenerator()
  local reason, waited, seen = caught(raise, ValueError("x")), defer.Deferred(), nil
  local origin = reason.traceback
  defer.ensureDeferred(coroutine.create(function()
    seen = select(2, failure.call(defer.await, waited))
  end))

  waited:errback(reason)

  self:assertIs(seen.value, reason.value)
  self:assertEqual(seen.traceback:sub(1, #origin), origin)
end

function ExtendedGeneratorTests:test_failureConstructionFindsOriginalFailure()
  local reason = caught(raise, ValueError("x"))
  local origin = reason.traceback

  local passedOn = self:failureOf(function() defer.await(defer.fail(reason)) end)

  self:assertIs(passedOn.value, reason.value)
  self:assertEqual(passedOn.traceback:sub(1, #origin), origin)
end

function ExtendedGeneratorTests:test_ambiguousFailureInGenerator()
  local other, seen = exception.KeyError("other"), nil
  defer.ensureDeferred(coroutine.create(function()
    pcall(defer.await, defer.fail(caught(raise, ValueError("x"))))
    seen = caught(raise, other)
  end))

  self:assertIs(seen.value, other)
  self:assertNotIn("-- passed on by:", seen.traceback)
end

function ExtendedGeneratorTests:test_ambiguousFailureFromGenerator()
  local other = exception.KeyError("other")

  local reason = self:failureOf(function()
    pcall(defer.await, defer.fail(caught(raise, ValueError("x"))))
    error(other)
  end)

  self:assertIs(reason.value, other)
  self:assertNotIn("-- passed on by:", reason.traceback)
end

return { FailureTests, GetTracebackTests, ExtendedGeneratorTests }
