-- Test cases as in twisted.trial.unittest: methods whose names begin with `test`, each on an object of its own.
-- setUp, tearDown, tests and cleanups may return a Deferred or wait with defer.await.
local assertions = require("twisted.trial._assertions")
local class = require("class")
local errors = require("twisted.trial._errors")
local exception = require("twisted.python.exception")
local numbers = require("twisted.trial._numbers")
local results = require("twisted.trial._results")
local temporary = require("twisted.trial._temporary")

---A test, or on its class several. A subclass's methods `test…` are the tests.
---@class TestCase
---@field timeout number|nil seconds that each of setUp, test and tearDown may take (default 120)
---@field skip string|boolean|nil why none of the class's tests is run
---@field todo string|boolean|nil why the class's tests are expected to fail
---@overload fun(name?: string): TestCase
local TestCase = class("TestCase", nil, assertions, numbers, results)

---@param name? string the test method's name
function TestCase:__init(name)
  self._name = name or "test"
  self._cleanups = {}
  self._logged = {}
end

---Runs before each test; when it fails the test is not run.
function TestCase:setUp() end

---Runs after each test whose setUp succeeded, once the cleanups have run.
function TestCase:tearDown() end

---Has `f(...)` called after the test, whatever comes of it; what was added last is called first.
---@param f function may return a Deferred or wait
---@param ... any
function TestCase:addCleanup(f, ...)
  if type(f) ~= "function" and not (getmetatable(f) or {}).__call then
    exception.raise(exception.TypeError, "addCleanup needs a function, got " .. type(f), 2)
  end
  self._cleanups[#self._cleanups + 1] = table.pack(f, ...)
end

---Ends the test as skipped.
---@param reason? string
function TestCase:skipTest(reason)
  error(errors.SkipTest(reason or ""), 0)
end

---Sets a field for the time of the test.
---@param object table
---@param name any
---@param value any
function TestCase:patch(object, name, value)
  local metatable = type(object) == "table" and getmetatable(object)
  local isRaw = type(object) == "table"
    and (rawget(object, name) ~= nil or not (type(metatable) == "table" and metatable.__newindex))
  if isRaw then
    self:addCleanup(rawset, object, name, rawget(object, name))
    rawset(object, name, value)
    return
  end
  local original = object[name]
  self:addCleanup(function()
    object[name] = original
  end)
  object[name] = value
end

---A path that nothing exists at yet, in a folder that is removed after the run.
---@return string path
function TestCase:mktemp()
  return temporary.path(getmetatable(self).__name .. "." .. self._name)
end

---The test's class and method.
---@return string
function TestCase:id()
  return getmetatable(self).__name .. "." .. self._name
end

function TestCase:__tostring()
  return "<" .. self:id() .. ">"
end

local marks = setmetatable({}, { __mode = "k" })

local unittest = {
  TestCase = TestCase,
  FailTest = errors.FailTest,
  SkipTest = errors.SkipTest,
}

local markNames = { skip = true, todo = true, timeout = true }

---Marks one test, since Lua's functions have no attributes: `unittest.mark(MyTests.test_x, { todo = "not yet" })`.
---@param test function
---@param mark {skip?: string|boolean, todo?: string|boolean, timeout?: number}
---@return function test
function unittest.mark(test, mark)
  if type(test) ~= "function" then
    exception.raise(exception.TypeError, "mark needs a test's function, got " .. type(test), 2)
  end
  for name in pairs(mark) do
    if not markNames[name] then
      exception.raise(exception.ValueError, "mark has no '" .. tostring(name) .. "': skip, todo or timeout", 2)
    end
  end
  marks[test] = mark
  return test
end

---What a test was marked with, then what its object or class says.
---@param case TestCase
---@param test function
---@param name "skip"|"todo"|"timeout"
---@return any
function unittest._attribute(case, test, name)
  local mark = marks[test]
  if mark and mark[name] ~= nil then
    return mark[name]
  end
  return case[name]
end

return unittest
