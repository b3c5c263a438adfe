-- What a process that runs tests tells the one that started it: a Lua table a line, after a mark that no test prints.
local class = require("class")
local runner = require("twisted.trial.runner")

local wire = {}

-- On one line and in ASCII, so that nothing on the way can change it.
local function literal(value)
  if type(value) == "string" then
    return (string.format("%q", value):gsub("\\\n", "\\n"):gsub("[\x80-\xff]", function(byte)
      return string.format("\\%03d", byte:byte())
    end))
  elseif type(value) == "table" then
    local parts = {}
    for key, item in pairs(value) do
      parts[#parts + 1] = "[" .. literal(key) .. "]=" .. literal(item)
    end
    return "{" .. table.concat(parts, ",") .. "}"
  end
  return string.format("%q", value)
end

---The table that a line holds.
---@param text string what follows the mark
---@return table
function wire.read(text)
  return assert(load("return " .. text, "=wire", "t", {}))()
end

local function problemOf(problem)
  local failure = problem.failure
  local kind = failure.type
  return {
    kind = problem.kind, phase = problem.phase, message = failure:getErrorMessage(), traceback = failure.traceback,
    full = failure:getTraceback(), class = type(kind) == "table" and kind.__name or nil, type = tostring(kind),
  }
end

---A reporter, and the watcher of a run.
---@overload fun(write: fun(text: string), mark: string): table
local Wire = class("Wire")

function Wire:__init(write, mark)
  self.send = function(event)
    write(mark .. literal(event) .. "\n")
  end
  -- Without a look inside it is known how long silence is all right.
  self.allow = function(seconds)
    write(string.format("%s=%.17g\n", mark, seconds))
  end
end

function Wire:runStarted(info)
  local ids = {}
  for i, record in ipairs(info.records) do
    ids[i] = record.id
  end
  self.send({ event = "run", ids = ids })
end

function Wire:testStarted(record)
  self.send({ event = "start", id = record.id })
end

function Wire:testEnded(result)
  local problems = {}
  for i, problem in ipairs(result.problems) do
    problems[i] = problemOf(problem)
  end
  self.send({
    event = "test", id = result.id, outcome = result.outcome, seconds = result.seconds, where = result.where,
    reason = result.reason, problems = problems,
  })
end

function Wire:runEnded()
  self.send({ event = "end" })
end

wire.Wire = Wire

---Runs tests for the process that started this one.
---@param mark string
---@param timeout string seconds, or empty
---@param work string lines: the seed or an empty one, paths, and, after an empty line, the ids of the tests to run if not all
---@param ... string filters
function wire.run(mark, timeout, work, ...)
  local seed, rest = work:match("^([^\n]*)\n(.*)$")
  local paths, ids, only = {}, nil, false
  for line in rest:gmatch("([^\n]*)\n") do
    if line == "" then
      only, ids = true, {}
    elseif only then
      ids[line] = true
    else
      paths[#paths + 1] = line
    end
  end
  local told = Wire(function(text)
    io.stdout:write(text)
    io.stdout:flush()
  end, mark)
  runner.run({
    paths = paths, only = ids, seed = tonumber(seed), timeout = tonumber(timeout), filter = ... and { ... } or nil,
    failedFile = false, reporter = told,
    watcher = {
      phase = told.allow,
      loading = function(file)
        told.send({ event = "load", file = file })
      end,
    },
  })
end

return wire
