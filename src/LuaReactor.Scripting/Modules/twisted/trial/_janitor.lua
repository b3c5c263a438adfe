-- What a test leaves behind: things open on the reactor, errors logged, failures nobody handled.
local defer = require("twisted.internet.defer")
local errors = require("twisted.trial._errors")
local failures = require("twisted.python.failure")

local janitor = {}

-- A connection that is being closed needs a turn for each of its ends.
local turnsToClose <const> = 6

---A Deferred that fires in a later turn of the loop.
---@param reactor table
---@return Deferred
function janitor.turn(reactor)
  local d = defer.Deferred()
  reactor:callLater(0, d.callback, d, nil)
  return d
end

local function keyOf(leftover)
  return leftover.id or leftover.what
end

---What is open now.
---@param leftovers table the host's native module
---@return table<any, boolean> keys
function janitor.snapshot(leftovers)
  local keys = {}
  for _, leftover in ipairs(leftovers.list()) do
    keys[keyOf(leftover)] = true
  end
  return keys
end

local function newSince(leftovers, before)
  local new = {}
  for _, leftover in ipairs(leftovers.list()) do
    if not before[keyOf(leftover)] then
      new[#new + 1] = leftover
    end
  end
  return new
end

local function describe(new)
  local lines = { "the reactor was left unclean:" }
  for _, leftover in ipairs(new) do
    lines[#lines + 1] = "  " .. leftover.kind .. ": " .. leftover.what
      .. (leftover.where and ", made at " .. leftover.where or "")
  end
  return table.concat(lines, "\n")
end

---Waits for what is being closed, and ends what is still open. To be called in a function that may wait.
---@param host TrialHost
---@param before table<any, boolean> what was open before the test
---@return Failure|nil
function janitor.clean(host, before)
  local new = newSince(host.leftovers, before)
  for _ = 1, turnsToClose do
    if #new == 0 then
      return nil
    end
    defer.await(janitor.turn(host.reactor))
    new = newSince(host.leftovers, before)
  end
  if #new == 0 then
    return nil
  end
  local problem = failures.Failure(errors.DirtyReactorAggregateError(describe(new)))
  local ids = {}
  for i, leftover in ipairs(new) do
    ids[i] = leftover.id
  end
  host.leftovers.dispose(ids)
  for _ = 1, turnsToClose do
    defer.await(janitor.turn(host.reactor))
    if #newSince(host.leftovers, before) == 0 then
      break
    end
  end
  return problem
end

---Watches the log: what errors are logged goes to the list that is set at the time.
---@param host TrialHost
---@return {into: fun(list: Failure[]|nil), stop: fun()}
function janitor.watchLog(host)
  local list
  local function observe(event)
    if event.isError and list then
      list[#list + 1] = event.failure or failures.Failure(event.message)
    end
  end
  host.log.addObserver(observe)
  -- The host would write each error to stderr as well, also those that a test is all about.
  local native = host.nativeLog
  local write = native and native.write
  if native then
    native.write = function(level, text)
      if level ~= "error" or not list then
        write(level, text)
      end
    end
  end
  return {
    into = function(target)
      list = target
    end,
    stop = function()
      host.log.removeObserver(observe)
      if native then
        native.write = write
      end
    end,
  }
end

return janitor
