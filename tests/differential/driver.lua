-- Runs the programs of the differential test, as driver.py has translated them, and prints what each of them traced.
-- run:    luareactor tests/differential/driver.lua FILE...
local class = require("class")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local log = require("twisted.python.log")
local tracing = require("tracing")

local trace = tracing.trace

-- An uncaught Lua error of a program is its own kind of error; what the language itself raises has no Twisted name.
local function named(value)
  return type(value) == "string" and exception.RuntimeError(value) or value
end

local words = {
  trace = trace, CustomError = tracing.CustomError, OtherError = tracing.OtherError, Failure = failure.Failure, list = table.pack, log = log,
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
  append = function(values, value)
    values.n = (values.n or #values) + 1
    values[values.n] = value
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
    local values = { n = count }
    for i = 1, count do
      values[i] = i - 1
    end
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
  local lines = tracing.record(run, file)
  print("== " .. file:match("([^/]+)%.lua$"))
  for _, line in ipairs(lines) do
    print(line)
  end
end
