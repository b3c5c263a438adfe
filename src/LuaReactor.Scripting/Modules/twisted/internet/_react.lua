-- A program that is one asynchronous function: run the reactor until it is done, then exit.
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local inline = require("twisted.internet._inline")
local log = require("twisted.python.log")

local module = {}

-- Calls main in a coroutine of ours, so that it may wait with defer.await; a coroutine it returns is run.
local function run(main, ...)
  local result = main(...)
  if type(result) == "thread" then
    return inline.ensureDeferred(result)
  end
  return result
end

local function statusOf(result)
  if not failure.isFailure(result) then
    return 0
  elseif result:check(exception.SystemExit) then
    return result.value:status()
  end
  log.err(result, "main function encountered error")
  return 1
end

---Calls `main(reactor, ...)`, runs the reactor until what that returns is there, and ends the program: with status 0; with
---1 when it fails, which is logged; with the status of a SystemExit (`error.SystemExit(23)`). `main` returns a Deferred or
---a coroutine, or waits with defer.await itself. Stopping the reactor before that ends the program with status 0.
---@param main fun(reactor: table, ...: any): any
---@param argv? any[] further arguments for main
---@param _reactor? table for tests
function module.react(main, argv, _reactor)
  if type(main) ~= "function" then
    exception.raise(exception.TypeError, "react needs a function, got " .. type(main), 2)
  end
  local reactor = _reactor or require("twisted.internet.reactor")
  local status, isStopping = 0, false
  reactor:addSystemEventTrigger("before", "shutdown", function()
    isStopping = true
  end)
  argv = argv or {}
  local finished = inline.inlineCallbacks(run)(main, reactor, table.unpack(argv, 1, argv.n or #argv))
  finished:addBoth(function(result)
    status = statusOf(result)
    if isStopping then
      return
    end
    reactor:callWhenRunning(function()
      -- It may have been stopped since.
      local ok, reason = failure.call(reactor.stop, reactor)
      if not ok then
        reason:trap("ReactorNotRunning")
      end
    end)
  end)
  reactor:run()
  os.exit(status)
end

return module
