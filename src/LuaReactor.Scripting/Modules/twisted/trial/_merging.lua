-- The side that starts processes and makes one report of what they tell. C# starts, reads and ends them, and calls in here.
local choosing = require("twisted.trial._choosing")
local counting = require("twisted.trial._counts")
local finding = require("twisted.trial._finding")
local reporters = require("twisted.trial.reporters")
local wire = require("twisted.trial._wire")

local failedFile <const> = ".luareactor-failed"

local merging = {}

local options, reporter, reactor
local counts, outcomes, began, problems, started
local files, queue, children, round, lastChild

-- A failure that happened elsewhere.
local function failureOf(problem)
  return {
    type = problem.class and { __name = problem.class } or problem.type,
    traceback = problem.traceback,
    getErrorMessage = function()
      return problem.message
    end,
    getTraceback = function()
      return problem.full
    end,
  }
end

local function start(count)
  if not started then
    started = true
    reporter:runStarted({ count = count, rounds = options.rounds, seed = options.seed, problems = problems })
  end
end

local function report(result)
  start()
  for i, problem in ipairs(result.problems) do
    result.problems[i] = { kind = problem.kind, phase = problem.phase, failure = failureOf(problem) }
  end
  if options.jobs > 1 then
    reporter:testStarted(result)
  end
  counting.add(counts, result.outcome)
  outcomes[result.id] = outcomes[result.id] or counting.isFailure(result.outcome)
  reporter:testEnded(result)
end

local function reportError(id, message)
  report({
    id = id, outcome = "error", seconds = 0,
    problems = { { kind = "error", phase = "test", message = message, full = message, traceback = "", type = "ProcessEnded" } },
  })
end

local function isOf(id, file)
  return id == file or id:sub(1, #file + 1) == file .. ":"
end

local function onlyOf(ids, file)
  local some = {}
  for id in pairs(ids) do
    if isOf(id, file) then
      some[#some + 1] = id
    end
  end
  table.sort(some)
  return some
end

-- A file to be run: its path or, where tests of it were picked, those; `only` are the ids to run if not all.
local function plan(paths)
  local found, picked, missing = finding.find(require("luareactor.files"), paths)
  for _, file in ipairs(found) do
    local arguments = {}
    for _, name in ipairs(picked[file] or {}) do
      arguments[#arguments + 1] = file .. ":" .. name
    end
    files[#files + 1] = { file = file, path = { file }, arguments = #arguments > 0 and arguments or { file } }
  end
  if not options.failed then
    return missing
  end
  local ids, failed = choosing.readFailed(failedFile), {}
  for _, file in ipairs(files) do
    file.only = onlyOf(ids, file.file)
    if #file.only > 0 then
      failed[#failed + 1] = file
    end
  end
  if #failed > 0 then
    files = failed
  else
    problems[#problems + 1] = "nothing failed last time: all tests are run"
    for _, file in ipairs(files) do
      file.only = nil
    end
  end
  return missing
end

local function refill()
  round = round + 1
  local seed = options.seed and options.seed + round - 1
  local order = seed and choosing.shuffle(files, seed) or files
  if not options.apart then
    queue = { { files = order, seed = seed } }
    return
  end
  for _, file in ipairs(order) do
    queue[#queue + 1] = { files = { file }, seed = seed }
  end
end

---@param ... string name=value for each option, then "paths", then the paths
function merging.begin(...)
  local given = table.pack(...)
  options = { jobs = 1, rounds = 1 }
  local at = 1
  while given[at] ~= "paths" do
    local name, value = given[at]:match("^(%w+)=(.*)$")
    options[name] = value == "true" or tonumber(value) or value
    at = at + 1
  end
  -- File names may look like numbers.
  options.output = options.output and tostring(options.output)
  reactor = require("twisted.internet.reactor")
  counts, outcomes, began, problems, started = counting.new(), {}, reactor.seconds(), {}, false
  files, queue, children, round, lastChild = {}, {}, {}, 0, 0
  reporter = reporters.make(options)
  local missing = plan({ table.unpack(given, at + 1, given.n) })
  for _, path in ipairs(missing) do
    -- A mistyped path must not look like a run that went well.
    reportError(path, "no such file or folder: " .. path)
  end
end

---The work of the next process, if one is to be started now: its key, then what _wire.run takes, in lines.
---@return string|nil
function merging.next()
  if options.untilFailure and counts.failed > 0 then
    return nil
  end
  if #queue == 0 and next(children) == nil and round < options.rounds and #files > 0 then
    refill()
  end
  local work = table.remove(queue, 1)
  if not work then
    return nil
  end
  if options.apart then
    start()
  end
  lastChild = lastChild + 1
  children[tostring(lastChild)] = { work = work, done = {}, count = 0 }
  local lines, only = { lastChild, work.seed or "" }, work.only
  for _, file in ipairs(work.files) do
    table.move(file.arguments, 1, #file.arguments, #lines + 1, lines)
    if file.only and not work.only then
      only = only or {}
      table.move(file.only, 1, #file.only, #only + 1, only)
    end
  end
  if only then
    lines[#lines + 1] = ""
    table.move(only, 1, #only, #lines + 1, lines)
  end
  return table.concat(lines, "\n") .. "\n"
end

local events = {
  load = function(child, event)
    child.loading = event.file
  end,
  run = function(child, event)
    child.ids, child.loading = event.ids, nil
    start(options.rounds == 1 and #event.ids or nil)
  end,
  start = function(child, event)
    child.current = event.id
    if options.jobs == 1 then
      reporter:testStarted(event)
    end
  end,
  test = function(child, event)
    child.current, child.last = nil, event.id
    child.done[event.id], child.count = true, child.count + 1
    report(event)
  end,
  ["end"] = function(child)
    child.over = true
  end,
}

---@param key string
---@param text string what came after the mark
function merging.line(key, text)
  local event = wire.read(text)
  events[event.event](children[key], event)
end

-- The work a process has left undone, without what ended it.
local function rest(child, culprit)
  local work = child.work
  if child.ids then
    local left = {}
    for _, id in ipairs(child.ids) do
      if not child.done[id] and id ~= culprit then
        left[#left + 1] = id
      end
    end
    return #left > 0 and #left < #child.ids and { files = work.files, seed = work.seed, only = left } or nil
  end
  local left = {}
  for _, file in ipairs(work.files) do
    if file.file ~= culprit then
      left[#left + 1] = file
    end
  end
  return culprit and #left > 0 and { files = left, seed = work.seed, only = work.only } or nil
end

---@param key string
---@param reason string how it ended; empty when as it should
function merging.ended(key, reason)
  local child = children[key]
  children[key] = nil
  if child.over and reason == "" then
    return
  end
  local culprit = child.current or child.loading
  reportError(culprit or child.last or child.work.files[1].file,
    (culprit and "" or "after its last test: ") .. (reason ~= "" and reason or "its process ended, exit status 0: os.exit?"))
  local work = not child.over and rest(child, culprit)
  if work then
    table.insert(queue, 1, work)
  end
end

---Others are about to write to the terminal.
function merging.hide()
  reporter:hide()
end

---@param interrupted string "true" when not all has run
---@return string status
function merging.finish(interrupted)
  start()
  if interrupted == "true" then
    reporter:hide()
    io.stderr:write("\ninterrupted: not all tests have run\n")
    for _, child in pairs(children) do
      if child.current or child.loading then
        io.stderr:write("interrupted in " .. (child.current or child.loading) .. "\n")
      end
    end
  end
  choosing.writeFailed(failedFile, outcomes)
  counts.seconds = reactor.seconds() - began
  reporter:runEnded(counts)
  return counts.failed == 0 and counts.run > 0 and "0" or "1"
end

return merging
