--- Logging as scripts use it (twisted.python.log): messages and errors go to observers; the host's own writes to stderr
--- what is at least as grave as `--log-level` asks for (errors and warnings by default).
local failure = require("twisted.python.failure")
local host = require("luareactor.log")

local Failure = failure.Failure

local log = {}
local observers = {}

local function isFailure(value)
  return type(value) == "table" and getmetatable(value) == Failure
end

--- The text of an event, as the host and startLogging write it.
---@param event table
---@return string
function log.textFromEvent(event)
  if event.failure then
    return (event.why or "Unhandled Error") .. "\n" .. event.failure:getTraceback()
  end
  return event.message
end

local function toHost(event)
  host.write(event.level, log.textFromEvent(event))
end

observers[1] = toHost

local function publish(event)
  -- An observer may remove itself, or another.
  for _, observer in ipairs({ table.unpack(observers) }) do
    local ok, problem = pcall(observer, event)
    if not ok then
      host.write("error", "log observer failed: " .. tostring(problem))
    end
  end
end

--- Logs a message: the arguments, as text, joined by spaces.
---@param ... any a last argument `{ logLevel = "debug"|"info"|"warning"|"error" }` sets the level (default "info")
function log.msg(...)
  local parts = table.pack(...)
  local options = parts[parts.n]
  local level = "info"
  if parts.n > 1 and type(options) == "table" and getmetatable(options) == nil and options.logLevel then
    level = options.logLevel
    parts.n = parts.n - 1
  end
  if #observers == 1 and observers[1] == toHost and not host.enabled(level) then
    return
  end
  for i = 1, parts.n do
    parts[i] = tostring(parts[i])
  end
  publish({ message = table.concat(parts, " ", 1, parts.n), isError = false, level = level, time = os.time() })
end

--- Logs an error with its traceback.
---@param reason any a Failure, or any error value
---@param why? string a line that says what was being done
function log.err(reason, why)
  if not isFailure(reason) then
    reason = Failure(reason)
  end
  publish({
    message = reason:getErrorMessage(),
    failure = reason,
    why = why,
    isError = true,
    level = "error",
    time = os.time(),
  })
end

--- Sends every later event to `observer(event)`; an event has message, isError, level, time, and failure and why for errors.
---@param observer fun(event: table)
function log.addObserver(observer)
  if type(observer) ~= "function" then
    error("addObserver: a function is needed, got " .. type(observer), 2)
  end
  observers[#observers + 1] = observer
end

--- Takes an observer away again; one that is not there is no error.
---@param observer fun(event: table)
function log.removeObserver(observer)
  for i, known in ipairs(observers) do
    if known == observer then
      table.remove(observers, i)
      return
    end
  end
end

--- Writes every event to a file, with time stamps, in place of the host's own lines on stderr.
---@param file? file* default io.stdout
function log.startLogging(file)
  file = file or io.stdout
  log.removeObserver(toHost)
  log.addObserver(function(event)
    local stamp = os.date("!%Y-%m-%d %H:%M:%S+0000", event.time)
    file:write(stamp, " [-] ", (log.textFromEvent(event):gsub("\n", "\n\t")), "\n")
    file:flush()
  end)
  log.msg("Log opened.")
end

return log
