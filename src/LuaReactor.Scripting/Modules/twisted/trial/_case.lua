-- Runs one test: setUp, the test, its cleanups, tearDown; then looks at what it left. As trial does it, in trial's order.
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.trial._errors")
local failures = require("twisted.python.failure")
local janitor = require("twisted.trial._janitor")
local phase = require("twisted.trial._phase")
local unittest = require("twisted.trial.unittest")

local defaultTimeout <const> = 120

---What came of a test.
---@class TrialResult
---@field id string
---@field outcome "passed"|"failed"|"error"|"skipped"|"todo"|"unexpected success"
---@field seconds number
---@field problems TrialProblem[] what went wrong, first things first; of a todo what was expected to
---@field reason string|nil why it was skipped, or is to do
---@field where string|nil the line the test begins at

---@class TrialProblem
---@field kind "failed"|"error"
---@field phase "setUp"|"test"|"cleanup"|"tearDown"|"log"|"reactor"
---@field failure Failure

local function reasonOf(value)
  return value == true and "" or tostring(value)
end

local Run = class("Run")

function Run:__init(host, record, case, options)
  self.host, self.record, self.case, self.options = host, record, case, options
  self.problems = {}
end

function Run:add(failure, where)
  local kind = failure:check(errors.FailTest, "AssertionError") and "failed" or "error"
  self.problems[#self.problems + 1] = { kind = kind, phase = where, failure = failure }
end

function Run:attribute(name)
  return unittest._attribute(self.case, self.record.test, name)
end

-- The failure of a phase, if there is one. `await` lets it take its time.
function Run:phase(name, f, ...)
  local seconds = tonumber(self:attribute("timeout")) or self.options.timeout or defaultTimeout
  if self.options.watcher then
    self.options.watcher.phase(seconds)
  end
  return defer.await(phase.run(self.host.reactor, self.record.id .. " (" .. name .. ")", seconds, f, ...))[1]
end

function Run:cleanUp()
  local cleanups = self.case._cleanups
  while #cleanups > 0 do
    local cleanup = table.remove(cleanups)
    local failure = self:phase("cleanup", table.unpack(cleanup, 1, cleanup.n))
    if failure then
      self:add(failure, "cleanup")
    end
  end
end

function Run:skipOr(failure, where)
  if failure:check(errors.SkipTest) then
    self.skipped = failure:getErrorMessage()
  else
    self:add(failure, where)
  end
end

function Run:testItself()
  local failure = self:phase("test", self.record.test, self.case)
  local todo = self:attribute("todo")
  if todo then
    self.todo = reasonOf(todo)
    if failure and not failure:check(errors.SkipTest) then
      self.expected = failure
      return
    end
  end
  if failure then
    self:skipOr(failure, "test")
  end
end

function Run:all()
  local case = self.case
  local failure = self:phase("setUp", case.setUp, case)
  if failure then
    self:skipOr(failure, "setUp")
    self:cleanUp()
    return
  end
  self:testItself()
  self:cleanUp()
  failure = self:phase("tearDown", case.tearDown, case)
  if failure then
    self:add(failure, "tearDown")
  end
end

function Run:outcome()
  local first = self.problems[1]
  if first then
    return first.kind
  elseif self.skipped then
    return "skipped", self.skipped
  elseif self.expected then
    self.problems[1] = { kind = "failed", phase = "test", failure = self.expected }
    return "todo", self.todo
  elseif self.todo then
    return "unexpected success", self.todo
  end
  return "passed"
end

local runner = {}

---Runs a test and tells what came of it. To be called in a function that may wait.
---@param host TrialHost
---@param record TrialCase
---@param options {timeout?: number}
---@param watch {into: fun(list: Failure[]|nil)} the log's
---@return TrialResult
function runner.run(host, record, options, watch)
  local began = host.reactor:seconds()
  local run = Run(host, record, record.make(), options)
  local skip = run:attribute("skip")
  if skip then
    run.skipped = reasonOf(skip)
  else
    local before = janitor.snapshot(host.leftovers)
    local logged = run.case._logged
    watch.into(logged)
    run:all()
    local dirty = janitor.clean(host, before)
    -- What the case holds is let go, so that its unhandled failures are known now and not in some later test.
    run.case = nil
    defer._reportUnhandled()
    watch.into(nil)
    for _, failure in ipairs(logged) do
      run:add(failure, "log")
    end
    if dirty then
      run:add(dirty, "reactor")
    end
  end
  local outcome, reason = run:outcome()
  return {
    id = record.id, outcome = outcome, seconds = host.reactor:seconds() - began, problems = run.problems, reason = reason,
    where = record.where,
  }
end

---A result for a test that could not be run at all.
---@param record TrialCase
---@param failure Failure
---@return TrialResult
function runner.broken(record, failure)
  local problems = { { kind = "error", phase = "setUp", failure = failures.Failure(failure) } }
  return { id = record.id, outcome = "error", seconds = 0, problems = problems, where = record.where }
end

return runner
