-- The assertions about values. Each takes a message as its last argument, shown above what it has to say itself.
local class = require("class")
local comparing = require("twisted.trial._comparing")
local errors = require("twisted.trial._errors")
local failure = require("twisted.python.failure")
local pretty = require("pretty")

---@class TestCase
local Assertions = {}

local function fail(message, own)
  if message ~= nil then
    own = tostring(message) .. "\n" .. own
  end
  error(errors.FailTest(own), 0)
end

---Fails the test.
---@param message? string
function Assertions:fail(message)
  error(errors.FailTest(message == nil and "failed" or tostring(message)), 0)
end

---Tables without a metatable are equal when their contents are, all else when `==` says so.
---@param first any
---@param second any
---@param message? string
---@return any first
function Assertions:assertEqual(first, second, message)
  if not comparing.equal(first, second) then
    fail(message, comparing.describe(first, second))
  end
  return first
end

---They are not equal, as `assertEqual` has it.
---@param first any
---@param second any
---@param message? string
---@return any first
function Assertions:assertNotEqual(first, second, message)
  if comparing.equal(first, second) then
    fail(message, "equal, but should not be: " .. pretty(first))
  end
  return first
end

---Any value but nil and false is true.
---@param value any
---@param message? string
---@return any value
function Assertions:assertTrue(value, message)
  if not value then
    fail(message, pretty(value) .. " is not true")
  end
  return value
end

---nil and false are false.
---@param value any
---@param message? string
---@return any value
function Assertions:assertFalse(value, message)
  if value then
    fail(message, pretty(value) .. " is not false")
  end
  return value
end

---The very same object.
---@param first any
---@param second any
---@param message? string
---@return any first
function Assertions:assertIs(first, second, message)
  if not rawequal(first, second) then
    fail(message, "not the same:\nfirst:  " .. pretty(first) .. "\nsecond: " .. pretty(second))
  end
  return first
end

---Not the very same object.
---@param first any
---@param second any
---@param message? string
---@return any first
function Assertions:assertIsNot(first, second, message)
  if rawequal(first, second) then
    fail(message, "the same, but should not be: " .. pretty(first))
  end
  return first
end

---The value is nil.
---@param value any
---@param message? string
function Assertions:assertIsNone(value, message)
  if value ~= nil then
    fail(message, pretty(value) .. " is not nil")
  end
end

---The value is not nil.
---@param value any
---@param message? string
---@return any value
function Assertions:assertIsNotNone(value, message)
  if value == nil then
    fail(message, "nil, but should not be")
  end
  return value
end

-- Whether a string has a part, or a table a value or, failing that, a key.
local function has(containee, container)
  if type(container) == "string" then
    return type(containee) == "string" and container:find(containee, 1, true) ~= nil
  elseif type(container) ~= "table" then
    fail(nil, "a string or a table is needed to look in, not " .. pretty(container))
  end
  for _, value in pairs(container) do
    if comparing.equal(value, containee) then
      return true
    end
  end
  return containee ~= nil and container[containee] ~= nil
end

---A string's part, or one of a table's values or keys.
---@param containee any
---@param container string|table
---@param message? string
---@return any containee
function Assertions:assertIn(containee, container, message)
  if not has(containee, container) then
    fail(message, pretty(containee) .. " is not in " .. pretty(container))
  end
  return containee
end

---The other way round than `assertIn`.
---@param containee any
---@param container string|table
---@param message? string
---@return any containee
function Assertions:assertNotIn(containee, container, message)
  if has(containee, container) then
    fail(message, pretty(containee) .. " is in " .. pretty(container))
  end
  return containee
end

local function isInstance(value, classOrType)
  if type(classOrType) == "string" then
    return type(value) == classOrType or math.type(value) == classOrType
  end
  return class.isinstance(value, classOrType)
end

local function nameOf(classOrType)
  return type(classOrType) == "string" and classOrType or tostring(classOrType.__name)
end

---An object of a class or of one of its subclasses, or a value of a Lua type.
---@param instance any
---@param classOrType table|string a class, or the name of a Lua type
---@param message? string
---@return any instance
function Assertions:assertIsInstance(instance, classOrType, message)
  if not isInstance(instance, classOrType) then
    fail(message, pretty(instance) .. " is no instance of " .. nameOf(classOrType))
  end
  return instance
end

---The other way round than `assertIsInstance`.
---@param instance any
---@param classOrType table|string a class, or the name of a Lua type
---@param message? string
---@return any instance
function Assertions:assertNotIsInstance(instance, classOrType, message)
  if isInstance(instance, classOrType) then
    fail(message, pretty(instance) .. " is an instance of " .. nameOf(classOrType))
  end
  return instance
end

local function matchesText(text, pattern)
  if text:find(pattern, 1, true) then
    return true
  end
  -- A text that is no pattern was meant as it stands.
  local ok, at = pcall(string.find, text, pattern)
  return ok and at ~= nil
end

---Calls `f(...)`, which must raise. In a test it may wait.
---@param expected table|string|nil the error's class; or a part of its message, or a Lua pattern for it; nil: any error
---@param f function
---@param ... any
---@return any error what was raised
function Assertions:assertRaises(expected, f, ...)
  local results = table.pack(failure.call(f, ...))
  local wanted = expected == nil and "an error" or type(expected) == "string" and pretty(expected) or nameOf(expected)
  if results[1] then
    fail(nil, wanted .. " was not raised: returned " .. pretty(results[2]))
  end
  local raised = results[2]
  local fits = expected == nil
  if type(expected) == "string" then
    fits = matchesText(raised:getErrorMessage(), expected)
  elseif expected then
    fits = raised:check(expected) ~= nil
  end
  if not fits then
    fail(nil, wanted .. " was not raised, but another error:\n" .. raised:getTraceback())
  end
  return raised.value
end

---The pattern is found in the text.
---@param pattern string a Lua pattern
---@param text string
---@param message? string
---@return string text
function Assertions:assertMatches(pattern, text, message)
  if type(text) ~= "string" or not text:find(pattern) then
    fail(message, pretty(text) .. " does not match " .. pretty(pattern))
  end
  return text
end

return Assertions
