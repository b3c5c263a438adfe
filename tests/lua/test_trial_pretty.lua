-- Values as text.
local class = require("class")
local pretty = require("pretty")
local unittest = require("twisted.trial.unittest")

local PrettyTests = class("PrettyTests", unittest.TestCase)

function PrettyTests:test_simpleValues()
  self:assertEqual(pretty(nil), "nil")
  self:assertEqual(pretty(true), "true")
  self:assertEqual(pretty(3), "3")
  self:assertEqual(pretty(3.0), "3.0")
  self:assertEqual(pretty(0.1), "0.1")
  self:assertEqual(pretty(1 / 0), "math.huge")
  self:assertEqual(pretty(0 / 0), "nan")
  self:assertEqual(pretty(math.mininteger), "math.mininteger")
end

function PrettyTests:test_numbersAndStringsReadBackTheSame()
  for _, value in ipairs({ 0.1 + 0.2, 1e300, 5e-324, -0.0, 2 ^ 53, math.mininteger, "\0001\n\r\t\\\"\xff\x7f", "é" }) do
    self:assertEqual(load("return " .. pretty(value))(), value)
  end
end

function PrettyTests:test_bytes()
  self:assertEqual(pretty("a\0b\xff\n"), '"a\\x00b\\xff\\n"')
  self:assertEqual(pretty("你好"), '"你好"')
  self:assertEqual(pretty("é", { ascii = true }), '"\\xc3\\xa9"')
end

function PrettyTests:test_keysAreSorted()
  self:assertEqual(pretty({ 1, 2, b = 1, a = 2, [10] = 3, [true] = 4, ["a b"] = 5, ["end"] = 6 }),
    '{1, 2, [10] = 3, a = 2, ["a b"] = 5, b = 1, ["end"] = 6, [true] = 4}')
end

function PrettyTests:test_cycles()
  local t = { name = "t" }
  t.self = t
  self:assertEqual(pretty(t), '{name = "t", self = <cycle to the top>}')
end

function PrettyTests:test_sharedIsNoCycle()
  local shared = { 1 }
  self:assertEqual(pretty({ shared, shared }), "{{1}, {1}}")
end

function PrettyTests:test_limits()
  self:assertEqual(pretty({ { { {} } } }, { depth = 1 }), "{{…}}")
  self:assertEqual(pretty({ 1, 2, 3 }, { maxItems = 2 }), "{1, 2, … 1 more}")
  self:assertEqual(pretty({ a = 1, b = { 2, 3 } }, { width = 10 }), "{\n  a = 1,\n  b = {2, 3},\n}")
end

function PrettyTests:test_hugeGraphEnds()
  local t = {}
  for _ = 1, 40 do
    t = { t, t }
  end

  self:assertLess(#pretty(t, { depth = 100 }), 200000)
end

function PrettyTests:test_objects()
  local Point = class("Point")
  function Point:__init(x)
    self.x = x
  end
  local Named = class("Named")
  function Named.__tostring()
    return "a name"
  end
  local Broken = class("Broken")
  function Broken.__tostring()
    error("no")
  end

  self:assertEqual(pretty({ Point(1), Named() }), "{Point {x = 1}, a name}")
  self:assertEqual(pretty(Point), "<class Point>")
  self:assertEqual(pretty(Broken()), "<table whose __tostring failed>")
  self:assertMatches("^<function at .*test_trial_pretty.lua:%d+>$", pretty(function() end))
end

function PrettyTests:test_valuesCodeIsNotRun()
  local t = setmetatable({}, {
    __index = function()
      error("__index was run")
    end,
    __pairs = function()
      error("__pairs was run")
    end,
  })

  self:assertEqual(pretty(t), "<object> {}")
end

return { PrettyTests }
