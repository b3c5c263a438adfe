-- For the tests of the test runner: runs a suite to its end on a clock that stands still, and collects its results.
local class = require("class")
local loader = require("twisted.trial.loader")
local runner = require("twisted.trial.runner")

local Call = class("Call")

function Call:active()
  return not self.isOver
end

function Call:cancel()
  self.isOver = true
end

local Clock = class("Clock")

function Clock:__init()
  self.now, self.calls = 0, {}
end

function Clock:seconds()
  return self.now
end

function Clock:callLater(delay, f, ...)
  local call = Call()
  call.time, call.f, call.args = self.now + delay, f, table.pack(...)
  self.calls[#self.calls + 1] = call
  return call
end

function Clock:pending()
  local pending = {}
  for _, call in ipairs(self.calls) do
    if call:active() then
      pending[#pending + 1] = call
    end
  end
  self.calls = pending
  return pending
end

-- Goes to the next call's time and makes the calls that are due then.
function Clock:turn()
  local soonest = math.huge
  for _, call in ipairs(self:pending()) do
    soonest = math.min(soonest, call.time)
  end
  self.now = math.max(self.now, soonest)
  for _, call in ipairs(self:pending()) do
    if call.time <= self.now and call:active() then
      call.isOver = true
      call.f(table.unpack(call.args, 1, call.args.n))
    end
  end
end

local stubs = { Clock = Clock }

-- A host whose leftovers are the clock's calls, and `open`, which a test may add to.
function stubs.host()
  local clock, observers = Clock(), {}
  local host = { reactor = clock, open = {}, disposed = 0 }
  host.leftovers = {
    list = function()
      local list = {}
      for i, call in ipairs(clock:pending()) do
        list[i] = { kind = "timer", what = "DelayedCall", where = "suite.lua:1", id = tostring(call) }
      end
      return table.move(host.open, 1, #host.open, #list + 1, list)
    end,
    dispose = function()
      host.disposed = host.disposed + 1
      clock.calls, host.open = {}, {}
    end,
  }
  host.log = {
    addObserver = function(f)
      observers[f] = true
    end,
    removeObserver = function(f)
      observers[f] = nil
    end,
    err = function(failure)
      for f in pairs(observers) do
        f({ isError = true, failure = failure })
      end
    end,
    observers = observers,
  }
  return host
end

-- Runs a class's tests, or records. Gives the results in order and per name, and the exit status.
function stubs.run(tests, options)
  options = options or {}
  local host = options.host or stubs.host()
  local results, counts, info = {}, nil, nil
  options.host, options.cases = host, class.isclass(tests) and loader.loadClass(tests, "suite.lua") or tests
  options.reporter = options.reporter or {
    runStarted = function(_, started)
      info = started
    end,
    testEnded = function(_, result)
      results[#results + 1] = result
      results[result.id:match("([^.:]*)$")] = result
    end,
    runEnded = function(_, ended)
      counts = ended
    end,
  }
  local status
  runner.start(options):addCallback(function(result)
    status = result
  end)
  for _ = 1, 10000 do
    if status then
      break
    end
    host.reactor:turn()
  end
  return results, { status = status, counts = counts, host = host, info = info }
end

function stubs.outcomes(results)
  local outcomes = {}
  for i, result in ipairs(results) do
    outcomes[i] = result.outcome
  end
  return outcomes
end

function stubs.message(result, i)
  return result.problems[i or 1].failure:getErrorMessage()
end

return stubs
