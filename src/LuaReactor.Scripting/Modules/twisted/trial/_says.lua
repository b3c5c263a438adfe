-- busted's `assert`: assert.equal, assert.same, assert.is_true, assert.are_not.equal, assert.has_error… and plain assert().
local comparing = require("twisted.trial._comparing")
local errors = require("twisted.trial._errors")
local pretty = require("pretty")

-- Each says whether it holds, what is wrong if not, and what is wrong if it holds but should not.
local claims = {}

function claims.equal(expected, actual)
  return expected == actual, function()
    return comparing.describe(expected, actual, { "expected", "actual" })
  end, pretty(actual) .. " is equal, but should not be"
end

function claims.same(expected, actual)
  return comparing.equal(expected, actual, true), function()
    return comparing.describe(expected, actual, { "expected", "actual" }, true)
  end, pretty(actual) .. " is the same, but should not be"
end

function claims.near(expected, actual, tolerance)
  return math.abs(expected - actual) <= tolerance,
    pretty(actual) .. " is not within " .. pretty(tolerance) .. " of " .. pretty(expected),
    pretty(actual) .. " is within " .. pretty(tolerance) .. " of " .. pretty(expected)
end

claims["true"] = function(value)
  return value == true, pretty(value) .. " is not true", "true, but should not be"
end

claims["false"] = function(value)
  return value == false, pretty(value) .. " is not false", "false, but should not be"
end

claims["nil"] = function(value)
  return value == nil, pretty(value) .. " is not nil", "nil, but should not be"
end

function claims.truthy(value)
  return value and true or false, pretty(value) .. " is not truthy", pretty(value) .. " is truthy"
end

function claims.falsy(value)
  return not value, pretty(value) .. " is not falsy", pretty(value) .. " is falsy"
end

function claims.matches(pattern, text)
  return type(text) == "string" and text:find(pattern) ~= nil,
    pretty(text) .. " does not match " .. pretty(pattern), pretty(text) .. " matches " .. pretty(pattern)
end

-- A string that is expected is the message, with or without Lua's position before it.
function claims.error(f, expected)
  local ok, raised = pcall(f)
  if ok then
    return false, "no error was raised"
  end
  local bare = type(raised) == "string" and raised:gsub("^[^\n]-:%d+: ", "") or raised
  local holds = expected == nil or comparing.equal(raised, expected) or comparing.equal(bare, expected)
    or (type(expected) == "string" and tostring(raised) == expected)
  return holds, "another error was raised: " .. pretty(raised) .. ", not " .. pretty(expected),
    "an error was raised: " .. pretty(raised)
end

function claims.error_matches(f, pattern)
  local ok, raised = pcall(f)
  if ok then
    return false, "no error was raised"
  end
  return tostring(raised):find(pattern) ~= nil,
    pretty(tostring(raised)) .. " does not match " .. pretty(pattern), "an error was raised: " .. pretty(raised)
end

for _, kind in ipairs({ "string", "number", "boolean", "table", "function", "userdata", "thread" }) do
  claims[kind] = function(value)
    return type(value) == kind, pretty(value) .. " is no " .. kind, pretty(value) .. " is a " .. kind
  end
end

for alias, name in pairs({
  equals = "equal", errors = "error", match = "matches", falsey = "falsy", error_match = "error_matches",
}) do
  claims[alias] = claims[name]
end

-- Words that only read well, and those that turn the claim around.
local words = { is = true, are = true, was = true, were = true, has = true, have = true, does = true, a = true, an = true }
local denials = { ["not"] = true, no = true }

local chain

local function sayer(claim, isDenied)
  return function(...)
    local holds, wrong, wrongWhenDenied = claim(...)
    if holds == isDenied then
      local message = isDenied and wrongWhenDenied or wrong
      error(errors.FailTest(type(message) == "function" and message() or message), 0)
    end
    return ...
  end
end

-- What follows `assert.`: "is_not_nil" and "is", "Not", "nil" one after the other mean the same.
local function find(text, isDenied)
  local rest = text
  while true do
    local claim = claims[rest]
    if claim then
      return sayer(claim, isDenied)
    end
    local word, others = rest:match("^(%a+)_?(.*)$")
    word = word and word:lower()
    if denials[word] then
      isDenied = not isDenied
    elseif not words[word] then
      error("there is no assert." .. text, 3)
    end
    if others == "" then
      return chain(isDenied)
    end
    rest = others
  end
end

function chain(isDenied)
  return setmetatable({}, {
    __index = function(_, text)
      return find(text, isDenied)
    end,
    __call = function(_, value, message, ...)
      if value then
        return value, message, ...
      end
      error(message == nil and "assertion failed!" or message, type(message) == "string" and 2 or 0)
    end,
  })
end

---@overload fun(value: any, message?: any, ...: any): ...
---@type table<string, any>
return chain(false)
