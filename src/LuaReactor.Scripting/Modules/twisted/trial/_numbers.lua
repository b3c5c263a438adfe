-- The assertions about order and nearness.
local errors = require("twisted.trial._errors")
local pretty = require("pretty")

---@class TestCase
local Assertions = {}

local function check(holds, first, relation, second, message)
  if not holds then
    local own = pretty(first) .. " is not " .. relation .. " " .. pretty(second)
    error(errors.FailTest(message ~= nil and tostring(message) .. "\n" .. own or own), 0)
  end
  return first
end

---`first > second`.
---@param first any
---@param second any
---@param message? string
---@return any first
function Assertions:assertGreater(first, second, message)
  return check(first > second, first, "greater than", second, message)
end

---`first >= second`.
---@param first any
---@param second any
---@param message? string
---@return any first
function Assertions:assertGreaterEqual(first, second, message)
  return check(first >= second, first, "greater than or equal to", second, message)
end

---`first < second`.
---@param first any
---@param second any
---@param message? string
---@return any first
function Assertions:assertLess(first, second, message)
  return check(first < second, first, "less than", second, message)
end

---`first <= second`.
---@param first any
---@param second any
---@param message? string
---@return any first
function Assertions:assertLessEqual(first, second, message)
  return check(first <= second, first, "less than or equal to", second, message)
end

---Numbers that lie within `tolerance` of each other.
---@param first number
---@param second number
---@param tolerance number
---@param message? string
---@return number first
function Assertions:assertApproximates(first, second, tolerance, message)
  return check(first == second or math.abs(first - second) <= tolerance, first,
    "within " .. pretty(tolerance) .. " of", second, message)
end

---Numbers whose difference, rounded to so many decimal places, is 0.
---@param first number
---@param second number
---@param places? integer default 7
---@param message? string
---@return number first
function Assertions:assertAlmostEqual(first, second, places, message)
  places = places or 7
  return check(first == second or math.abs(first - second) * 10 ^ places < 0.5, first,
    "equal, to " .. places .. " places, to", second, message)
end

return Assertions
