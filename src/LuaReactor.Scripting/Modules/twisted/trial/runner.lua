-- Runs tests one after the other on the reactor, and tells a reporter of each.
local blocks = require("twisted.trial._blocks")
local cases = require("twisted.trial._case")
local choosing = require("twisted.trial._choosing")
local counting = require("twisted.trial._counts")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local finding = require("twisted.trial._finding")
local janitor = require("twisted.trial._janitor")
local loader = require("twisted.trial.loader")
local reporters = require("twisted.trial.reporters")
local temporary = require("twisted.trial._temporary")

---What the runner needs of its surroundings.
---@class TrialHost
---@field reactor table callLater, seconds, run, stop
---@field log table twisted.python.log: addObserver, removeObserver
---@field leftovers table the native module: list(), dispose(ids)
---@field files table the native module: list(path)
---@field nativeLog table|nil the native module that writes the log: write(level, text)

---@class TrialOptions
---@field paths? string[] files and folders (default the current folder); `file.lua:Class.test` picks tests
---@field cases? TrialCase[] tests in place of paths
---@field filter? string|string[] plain texts or Lua patterns for ids
---@field seed? integer|true random order; true: a seed of the clock
---@field repeat_? integer how often all is run (default 1)
---@field untilFailure? boolean again and again, `repeat_` times at most, until something fails
---@field failed? boolean only what failed last time
---@field failedFile? string|false where that is noted (default ".luareactor-failed"; false: nowhere)
---@field timeout? number seconds for each phase of a test that says nothing of it (default 120)
---@field reporter? string|table "human", "tap", "junit", "json", or an object
---@field output? string a file for the reporter's text; the human one is then on stdout as well
---@field colour? boolean
---@field verbose? boolean each test's name in place of a dot
---@field slowest? integer how many of the slowest tests are listed (default 0)
---@field only? table<string, boolean> ids: these alone are run
---@field watcher? {loading: fun(file: string), phase: fun(seconds: number)} told what begins that might not return
---@field host? TrialHost

local defaultFailedFile <const> = ".luareactor-failed"

local known = {}
for name in ([[paths cases filter seed repeat_ untilFailure failed failedFile timeout reporter output colour verbose
  slowest only watcher host]]):gmatch("[%w_]+") do
  known[name] = true
end

local runner = {}

local function theHost()
  return {
    reactor = require("twisted.internet.reactor"),
    log = require("twisted.python.log"),
    leftovers = require("luareactor.leftovers"),
    files = require("luareactor.files"),
    nativeLog = require("luareactor.log"),
  }
end

local function checked(options)
  local copy = {}
  for name, value in pairs(options or {}) do
    if not known[name] then
      exception.raise(exception.TypeError, "the test runner has no option '" .. tostring(name) .. "'", 3)
    end
    copy[name] = value
  end
  copy.host = copy.host or theHost()
  return copy
end

local function load(host, options)
  if options.cases then
    return options.cases
  end
  local records = {}
  local files, picked, missing = finding.find(host.files, options.paths or { "." })
  for _, path in ipairs(missing) do
    -- A mistyped path must not look like a run that went well.
    records[#records + 1] = loader.broken(path, "no such file or folder: " .. path)
  end
  for _, file in ipairs(files) do
    if options.watcher then
      options.watcher.loading(file)
    end
    local all = loader.loadFile(file)
    local chosen = choosing.pick(all, picked[file])
    for _, name in ipairs(picked[file] or {}) do
      if #choosing.pick(all, { name }) == 0 then
        chosen[#chosen + 1] = loader.broken(file .. ":" .. name, "no such test: " .. name)
      end
    end
    table.move(chosen, 1, #chosen, #records + 1, records)
  end
  return records
end

local function only(records, ids)
  local chosen = {}
  for _, record in ipairs(records) do
    if ids[record.id] then
      chosen[#chosen + 1] = record
    end
  end
  return chosen
end

local function onlyFailed(records, file, problems)
  local chosen = only(records, choosing.readFailed(file or defaultFailedFile))
  if #chosen == 0 then
    problems[#problems + 1] = "nothing failed last time: all tests are run"
    return records
  end
  return chosen
end

-- A test that stops the reactor would end the run with half the tests unseen.
local function keepRunning(reactor)
  local kept = {}
  for _, name in ipairs({ "stop", "crash" }) do
    kept[name] = rawget(reactor, name)
    if kept[name] then
      rawset(reactor, name, function()
        exception.raise(exception.RuntimeError,
          "reactor." .. name .. "() would end the test run: in a test, patch it", 2)
      end)
    end
  end
  return function()
    for name, f in pairs(kept) do
      rawset(reactor, name, f)
    end
  end
end

local function runOne(host, record, options, watch, around)
  local failure = around:before(record)
  local result = failure and cases.broken(record, failure) or cases.run(host, record, options, watch)
  failure = around:after(record)
  if failure then
    local last = #result.problems + 1
    result.problems[last] = { kind = "error", phase = "tearDown", failure = failure }
    result.outcome = counting.isFailure(result.outcome) and result.outcome or "error"
  end
  return result
end

local function runRound(host, records, options, watch, reporter, counts, outcomes)
  local around = blocks(host, records, options.timeout or 120, options.watcher)
  for _, record in ipairs(records) do
    reporter:testStarted(record)
    local result = runOne(host, record, options, watch, around)
    counting.add(counts, result.outcome)
    outcomes[record.id] = outcomes[record.id] or counting.isFailure(result.outcome)
    reporter:testEnded(result)
    -- The loop gets its turn, however many tests never wait.
    defer.await(janitor.turn(host.reactor))
  end
end

-- Loads the tests, and gives the function that runs them and gives the Deferred of the exit status.
local function prepare(options)
  local host = options.host
  local reporter = reporters.make(options)
  local problems = {}
  local records = choosing.filter(load(host, options), options.filter)
  if options.only then
    records = only(records, options.only)
  end
  if options.failed then
    records = onlyFailed(records, options.failedFile, problems)
  end
  local seed = options.seed == true and os.time() % 100000 or options.seed
  local rounds = options.repeat_ or (options.untilFailure and math.maxinteger or 1)
  return defer.inlineCallbacks(function()
    local counts, outcomes, began = counting.new(), {}, host.reactor:seconds()
    local watch, restore = janitor.watchLog(host), keepRunning(host.reactor)
    reporter:runStarted({ records = records, count = #records, rounds = rounds, seed = seed, problems = problems })
    for round = 1, #records > 0 and rounds or 0 do
      local order = seed and choosing.shuffle(records, seed + round - 1) or records
      runRound(host, order, options, watch, reporter, counts, outcomes)
      if options.untilFailure and counts.failed > 0 then
        break
      end
    end
    watch.stop()
    restore()
    temporary.remove()
    if options.failedFile ~= false and not options.cases then
      choosing.writeFailed(options.failedFile or defaultFailedFile, outcomes)
    end
    counts.seconds = host.reactor:seconds() - began
    reporter:runEnded(counts)
    return counts.failed == 0 and counts.run > 0 and 0 or 1
  end)
end

---Runs tests on a reactor that runs already.
---@param options? TrialOptions
---@return Deferred deferred fires with the exit status, 0 or 1
function runner.start(options)
  return prepare(checked(options))()
end

---Runs the reactor until all tests have run.
---@param options? TrialOptions
---@return integer status 0 when all passed, 1 when not, or when there was nothing to run
function runner.run(options)
  options = checked(options)
  local reactor = options.host.reactor
  local begin = prepare(options)
  local status, problem
  reactor:callWhenRunning(function()
    begin():addCallbacks(function(result)
      status = result
    end, function(failure)
      problem = failure
    end):addBoth(function()
      reactor:stop()
    end)
  end)
  reactor:run()
  if problem then
    problem:raiseException()
  elseif not status then
    io.stdout:write("\ninterrupted: not all tests have run\n")
  end
  return status or 1
end

return runner
