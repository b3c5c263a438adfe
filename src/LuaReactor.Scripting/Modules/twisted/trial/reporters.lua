-- Reporters by name. A reporter is told of the run's start, of each test's start and result, and of the run's end.
local exception = require("twisted.python.exception")

---@class TrialReporter
---@field runStarted fun(self, info: {count: integer, rounds: integer, seed: integer|nil, problems: string[]})
---@field testStarted fun(self, record: TrialCase)
---@field testEnded fun(self, result: TrialResult)
---@field hide nil|fun(self) others are about to write: what is to be written over is cleared away
---@field runEnded fun(self, counts: {run: integer, passed: integer, failed: integer, skipped: integer, todo: integer, seconds: number})

local names = { human = true, tap = true, junit = true, json = true }
local methods = { "runStarted", "testStarted", "testEnded", "runEnded", "hide" }

-- A reporter of the caller's own need not have all the methods.
local function both(list)
  local all = {}
  for _, method in ipairs(methods) do
    all[method] = function(_, ...)
      for _, reporter in ipairs(list) do
        if reporter[method] then
          reporter[method](reporter, ...)
        end
      end
    end
  end
  return all
end

local function named(name, options, write)
  if not names[name] then
    exception.raise(exception.ValueError, "there is no reporter '" .. tostring(name) .. "': human, tap, junit or json", 4)
  end
  return require("twisted.trial.reporters." .. name)(write, options)
end

local function toStdout(text)
  io.stdout:write(text)
  io.stdout:flush()
end

local function toFile(path)
  local file = assert(io.open(path, "wb"))
  return function(text)
    file:write(text)
    file:flush()
  end
end

local reporters = {}

---The reporter that the options ask for.
---@param options TrialOptions
---@return TrialReporter
function reporters.make(options)
  local asked = options.reporter or "human"
  if type(asked) == "table" then
    return both({ asked })
  elseif options.output then
    local toBoth = named(asked, options, toFile(options.output))
    return both({ toBoth, asked ~= "human" and named("human", options, toStdout) or nil })
  end
  return both({ named(asked, options, toStdout) })
end

return reporters
