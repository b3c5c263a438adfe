-- Runs the programs of the differential test, as driver.py has translated them, and prints what each of them traced.
-- run:    luareactor tests/differential/driver.lua FILE...
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local log = require("twisted.python.log")

local lines = {}
local shown

local function trace(...)
  local parts = table.pack(...)
  for i = 1, parts.n do
    parts[i] = shown(parts[i])
  end
  lines[#lines + 1] = table.concat(parts, " ")
end

local CustomError = class("CustomError", exception.Exception)
local OtherError = class("OtherError", CustomError)

-- As in driver.py.
local telling = { errors.ConnectionClosed, errors.ConnectError, CustomError, errors.AlreadyCalled, errors.AlreadyCancelled }

-- A list that knows its length, for nils.
local listType = {}

local function list(...)
  return setmetatable(table.pack(...), listType)
end

local function showList(values)
  local n = values.n or #values
  -- The pair of a DeferredList whose result is nil.
  if n == 1 and type(values[1]) == "boolean" then
    n = 2
  end
  local parts = {}
  for i = 1, n do
    parts[i] = shown(values[i])
  end
  return "[" .. table.concat(parts, ", ") .. "]"
end

local function showError(value)
  local name = class.typeOf(value).__name
  -- Where Twisted's text is empty ours is a sentence.
  local isBare = #value.args == 0 and value._describe == exception.Exception._describe
  for _, cls in ipairs(telling) do
    if not isBare and class.isinstance(value, cls) then
      return name .. "(" .. tostring(value) .. ")"
    end
  end
  return name
end

function shown(value)
  local kind = type(value)
  if kind == "number" then
    return string.format("%.6g", value)
  elseif kind == "string" then
    return (value:gsub("[^\32-\91\93-\126]", function(byte)
      return string.format("\\%03d", byte:byte())
    end))
  elseif failure.isFailure(value) then
    return "Failure(" .. shown(value.value) .. ")"
  elseif class.isinstance(value, defer.FirstError) then
    return "FirstError(" .. value.index - 1 .. ", " .. shown(value.subFailure) .. ")"
  elseif class.isinstance(value, exception.Exception) then
    return showError(value)
  elseif class.isclass(value) then
    return value.__name
  elseif kind == "table" then
    local cls = class.typeOf(value)
    return cls and cls.__name or showList(value)
  elseif kind == "thread" then
    return "generator"
  end
  return tostring(value)
end

-- An uncaught Lua error of a program is its own kind of error; what the language itself raises has no Twisted name.
local function named(value)
  return type(value) == "string" and exception.RuntimeError(value) or value
end

local words = {
  trace = trace, CustomError = CustomError, OtherError = OtherError, Failure = failure.Failure, list = list, log = log,
  class = class, coroutine = coroutine, error = error, isinstance = class.isinstance, defer = defer, len = rawlen,
  message = function(problem)
    return failure.isFailure(problem) and problem:getErrorMessage() or tostring(problem)
  end,
  say = function(text)
    log.msg("program: " .. text)
  end,
  -- Python counts from 0.
  index = function(number)
    return number - 1
  end,
  flag = function(value)
    return value and true or false
  end,
  contents = function(values)
    return values
  end,
  append = function(values, value)
    values.n = (values.n or #values) + 1
    values[values.n] = value
  end,
  unpack = function(values)
    return table.unpack(values, 1, values.n or #values)
  end,
  each = function(values)
    local i = 0
    return function()
      i = i + 1
      if i <= (values.n or #values) then
        return i, values[i]
      end
    end
  end,
  range = function(count)
    local values = list()
    for i = 1, count do
      values[i] = i - 1
    end
    values.n = count
    return values
  end,
  add = function(a, b)
    return type(a) == "string" and a .. b or a + b
  end,
  caught = function(f)
    local ok, problem = pcall(f)
    return ok, named(problem)
  end,
}

for _, name in ipairs({
  "twisted.internet.error", "twisted.internet.defer", "twisted.internet.task", "twisted.internet.protocol",
  "twisted.protocols.basic", "twisted.protocols.policies", "twisted.internet.testing", "twisted.internet.address",
}) do
  for key, value in pairs(require(name)) do
    words[key] = words[key] or value
  end
end
words.TimeoutError = defer.TimeoutError
words.await = defer.await

log.addObserver(function(event)
  if event.failure then
    trace("log:", event.failure)
  elseif event.message:find("^program: ") then
    trace("log:", (event.message:gsub("^program: ", "")))
  end
end)

-- A program is a function of its own, so that nothing holds its Deferreds when it has returned.
local function run(file)
  local program = assert(loadfile(file, "t", setmetatable({}, { __index = words })))
  local ok, problem = pcall(program)
  if not ok then
    trace("raised", named(problem))
    if type(problem) == "string" then
      io.stderr:write(problem, "\n")
    end
  end
end

for _, file in ipairs(arg) do
  lines = {}
  run(file)
  defer._reportUnhandled()
  print("== " .. file:match("([^/]+)%.lua$"))
  for _, line in ipairs(lines) do
    print(line)
  end
end
