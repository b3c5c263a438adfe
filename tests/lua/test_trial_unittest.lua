-- The assertions: what passes, and what each says when it fails.
local class = require("class")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local unittest = require("twisted.trial.unittest")

-- An assertion that must fail; gives its message.
local function refused(self, method, ...)
  local case = unittest.TestCase()
  local raised = self:assertRaises(unittest.FailTest, case[method], case, ...)
  return tostring(raised)
end

local ValueTests = class("ValueTests", unittest.TestCase)

function ValueTests:test_equalTables()
  local cycle, other = {}, {}
  cycle[1], other[1] = cycle, other

  self:assertEqual({ 1, { a = "x" } }, { 1, { a = "x" } })
  self:assertEqual({ 1 }, { 1.0 })
  self:assertEqual(cycle, other)
  self:assertNotEqual({ 1 }, { 1, 2 })
  self:assertNotEqual({ 1, 2 }, { 1 })
  self:assertNotEqual({}, false)
  self:assertEqual(nil, nil)
end

function ValueTests:test_objectsAreEqualWhenTheySaySo()
  local Point = class("Point")
  function Point.__eq(a, b)
    return a.x == b.x
  end
  local function point(x)
    local made = Point()
    made.x = x
    return made
  end

  self:assertEqual({ point(1) }, { point(1) })
  self:assertNotEqual(point(1), point(2))
  self:assertNotEqual(setmetatable({}, {}), setmetatable({}, {}))
end

function ValueTests:test_differencesAreNamedByPath()
  local message = refused(self, "assertEqual", { a = { 1, 2 }, b = 1, [7] = "x" }, { a = { 1, 3 }, c = 1, [7] = "x" })

  self:assertEqual(message, [[
not equal:
first:  {[7] = "x", a = {1, 2}, b = 1}
second: {[7] = "x", a = {1, 3}, c = 1}
at .a[2]: 2 is not 3
at .b: only the first has it: 1
at .c: only the second has it: 1]])
end

function ValueTests:test_bytesAreEscapedAndTheFirstDifferenceNamed()
  self:assertEqual(refused(self, "assertEqual", "a\r\n\0\xff", "a"), 'not equal:\nfirst:  "a\\r\\n\\x00\\xff"\nsecond: "a"')
  self:assertIn('byte 30 (line 2): …"xxxxxxxx\\ne1" is not …"xxxxxxxx\\ne2" (30 and 30 bytes)',
    refused(self, "assertEqual", ("x"):rep(27) .. "\ne1", ("x"):rep(27) .. "\ne2"))
end

function ValueTests:test_numbersThatOnlyLookAlike()
  self:assertIn("first:  0.30000000000000004\nsecond: 0.3", refused(self, "assertEqual", 0.1 + 0.2, 0.3))
  self:assertIn('first:  1\nsecond: "1"', refused(self, "assertEqual", 1, "1"))
end

function ValueTests:test_messageStandsAbove()
  self:assertEqual(refused(self, "assertTrue", nil, "wanted it"), "wanted it\nnil is not true")
end

function ValueTests:test_simpleOnes()
  local t = {}
  self:assertTrue(0)
  self:assertFalse(nil)
  self:assertIs(t, t)
  self:assertIsNot({}, {})
  self:assertIsNone(nil)
  self:assertIsNotNone(false)
  self:assertIn("ell", "hello")
  self:assertIn({ 1 }, { { 1 } })
  self:assertIn("key", { key = false })
  self:assertNotIn("x", { "y" })
  self:assertIsInstance(self, unittest.TestCase)
  self:assertIsInstance(1, "integer")
  self:assertNotIsInstance("1", "number")
  self:assertGreater(2, 1)
  self:assertGreaterEqual(2, 2)
  self:assertLess(1, 2)
  self:assertLessEqual(2, 2)
  self:assertApproximates(1, 1.05, 0.1)
  self:assertAlmostEqual(0.1 + 0.2, 0.3)
  self:assertMatches("^%a+$", "abc")
end

function ValueTests:test_simpleOnesFail()
  self:assertEqual(refused(self, "fail", "why"), "why")
  self:assertEqual(refused(self, "assertFalse", 0), "0 is not false")
  self:assertEqual(refused(self, "assertIsNone", {}), "{} is not nil")
  self:assertEqual(refused(self, "assertIsNotNone", nil), "nil, but should not be")
  self:assertEqual(refused(self, "assertIn", "x", { "y" }), '"x" is not in {"y"}')
  self:assertEqual(refused(self, "assertNotIn", "x", "xyz"), '"x" is in "xyz"')
  self:assertEqual(refused(self, "assertIsInstance", 1.5, "integer"), "1.5 is no instance of integer")
  self:assertEqual(refused(self, "assertGreater", 1, 2), "1 is not greater than 2")
  self:assertEqual(refused(self, "assertLessEqual", 2, 1), "2 is not less than or equal to 1")
  self:assertEqual(refused(self, "assertApproximates", 1, 2, 0.5), "1 is not within 0.5 of 2")
  self:assertEqual(refused(self, "assertAlmostEqual", 1, 1.1), "1 is not equal, to 7 places, to 1.1")
  self:assertEqual(refused(self, "assertMatches", "b", "a"), '"a" does not match "b"')
  refused(self, "assertIs", {}, {})
  refused(self, "assertIsNot", self, self)
  refused(self, "assertNotEqual", { 1 }, { 1 })
  refused(self, "assertNotIsInstance", self, unittest.TestCase)
  refused(self, "assertGreaterEqual", 1, 2)
  refused(self, "assertLess", 2, 1)
end

function ValueTests:test_assertRaises()
  local raised = self:assertRaises(exception.LookupError, error, exception.KeyError("k"))
  self:assertIsInstance(raised, exception.KeyError)
  self:assertEqual(self:assertRaises("b%d", error, "ab1", 0), "ab1")
  self:assertEqual(self:assertRaises(nil, error, false), false)
  self:assertEqual(self:assertRaises("waited", function()
    error(defer.await(defer.succeed("waited")))
  end):match("waited"), "waited")
end

function ValueTests:test_assertRaisesFails()
  self:assertEqual(refused(self, "assertRaises", exception.KeyError, tostring, 1), 'KeyError was not raised: returned "1"')
  self:assertIn("ValueError: v", refused(self, "assertRaises", exception.KeyError, error, exception.ValueError("v")))
  self:assertIn("another error:", refused(self, "assertRaises", "x", error, "y"))
end

local DeferredTests = class("DeferredTests", unittest.TestCase)

function DeferredTests:test_successResultOf()
  self:assertEqual(self:successResultOf(defer.succeed(3)), 3)
  self:assertIn("has none yet", refused(self, "successResultOf", defer.Deferred()))
  self:assertIn("ValueError: v", refused(self, "successResultOf", defer.fail(exception.ValueError("v"))))
  self:assertIn("needs a Deferred, got 3", refused(self, "successResultOf", 3))
end

function DeferredTests:test_failureResultOf()
  local function failed()
    return defer.fail(exception.KeyError("k"))
  end

  self:assertIsInstance(self:failureResultOf(failed()), failure.Failure)
  self:assertEqual(self:failureResultOf(failed(), exception.ValueError, exception.KeyError).type, exception.KeyError)
  self:assertIn("of type ValueError was expected", refused(self, "failureResultOf", failed(), exception.ValueError))
  self:assertIn("has the result 3", refused(self, "failureResultOf", defer.succeed(3)))
  self:assertIn("no result yet", refused(self, "failureResultOf", defer.Deferred()))
end

function DeferredTests:test_assertNoResult()
  local d = defer.Deferred()
  self:assertNoResult(d)
  d:callback(5)
  self:assertEqual(self:successResultOf(d), 5)

  self:assertIn("it has 1", refused(self, "assertNoResult", defer.succeed(1)))
  self:assertIn("KeyError: k", refused(self, "assertNoResult", defer.fail(exception.KeyError("k"))))
end

function DeferredTests:test_assertFailure()
  local raised = self:successResultOf(self:assertFailure(defer.fail(exception.KeyError("k")), exception.KeyError))
  self:assertIsInstance(raised, exception.KeyError)

  local other = self:failureResultOf(self:assertFailure(defer.fail(exception.KeyError("k")), exception.ValueError))
  self:assertIn("expected ValueError, got:", other:getErrorMessage())
  local none = self:failureResultOf(self:assertFailure(defer.succeed(3), exception.ValueError), unittest.FailTest)
  self:assertEqual(none:getErrorMessage(), "did not catch an error, instead got 3")
end

local CaseTests = class("CaseTests", unittest.TestCase)

function CaseTests:test_mktempIsFreshAndUsable()
  local path, other = self:mktemp(), self:mktemp()
  self:assertNotEqual(path, other)
  self:assertIsNone(io.open(path))

  local file = assert(io.open(path, "w"))
  file:close()
end

function CaseTests:test_wrongUseIsRefused()
  self:assertRaises("addCleanup needs a function, got nil", self.addCleanup, self, nil)
  self:assertRaises("mark has no 'tood'", unittest.mark, print, { tood = true })
end

return { ValueTests, DeferredTests, CaseTests }
