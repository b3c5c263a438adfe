-- One JSON object a line, for programs: a parent process that merges the runs of several, an editor.
-- Lines of the tests' own output may stand between them: an object of ours begins with {"event":
local class = require("class")
local problems = require("twisted.trial.reporters._problems")

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function quote(text)
  if not utf8.len(text) then
    -- JSON is text: bytes that are none are shown as the prompt shows them.
    text = text:gsub("[\x80-\xff]", function(byte)
      return string.format("\\x%02x", byte:byte())
    end)
  end
  return '"' .. text:gsub('[%c"\\]', function(byte)
    return escapes[byte] or string.format("\\u%04x", byte:byte())
  end) .. '"'
end

local function value(item)
  if type(item) == "string" then
    return quote(item)
  elseif math.type(item) == "float" then
    return string.format("%.6f", item)
  elseif type(item) == "table" then
    return "[" .. table.concat(item, ",") .. "]"
  end
  return tostring(item)
end

-- The fields in the order given; those that are nil are left out.
local function object(...)
  local fields = {}
  for i = 1, select("#", ...), 2 do
    local name, item = select(i, ...)
    if item ~= nil then
      fields[#fields + 1] = quote(name) .. ":" .. value(item)
    end
  end
  return "{" .. table.concat(fields, ",") .. "}"
end

---@overload fun(write: fun(text: string)): TrialReporter
local Json = class("Json")

function Json:__init(write)
  self.write = write
end

function Json:runStarted(info)
  self.write(object("event", "run", "count", info.count, "seed", info.seed) .. "\n")
end

-- So that a parent knows what ran when a process dies.
function Json:testStarted(record)
  self.write(object("event", "start", "id", record.id) .. "\n")
end

function Json:testEnded(result)
  local list, messages = {}, {}
  for i, problem in ipairs(result.problems) do
    messages[i] = problems.message(problem)
    list[i] = object("kind", problem.kind, "phase", problem.phase, "message", messages[i],
      "frames", table.concat(problems.frames(problem.failure.traceback), "\n"),
      "traceback", problem.failure:getTraceback())
  end
  local first = result.problems[1]
  self.write(object("event", "test", "id", result.id, "outcome", result.outcome, "seconds", result.seconds + 0.0,
    "where", result.where, "reason", result.reason, "message", first and table.concat(messages, "\n"),
    "traceback", first and first.failure:getTraceback(), "problems", first and list) .. "\n")
end

function Json:runEnded(counts)
  self.write(object("event", "end", "run", counts.run, "passed", counts.passed, "failed", counts.failed,
    "skipped", counts.skipped, "todo", counts.todo, "seconds", counts.seconds + 0.0) .. "\n")
end

return Json
