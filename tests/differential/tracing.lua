-- What the drivers of the differential tests note, shown as driver.py shows it.
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")
local log = require("twisted.python.log")

local lines = {}
local shown

local function trace(...)
  local parts = table.pack(...)
  for i = 1, parts.n do
    parts[i] = shown(parts[i])
  end
  lines[#lines + 1] = table.concat(parts, " ")
end

local CustomError = class("CustomError", exception.Exception)
local OtherError = class("OtherError", CustomError)

-- As in driver.py.
local telling = { errors.ConnectionClosed, errors.ConnectError, CustomError, errors.AlreadyCalled, errors.AlreadyCancelled }

local function showList(values)
  local n = values.n or #values
  -- The pair of a DeferredList whose result is nil.
  if n == 1 and type(values[1]) == "boolean" then
    n = 2
  end
  local parts = {}
  for i = 1, n do
    parts[i] = shown(values[i])
  end
  return "[" .. table.concat(parts, ", ") .. "]"
end

local function showError(value)
  local name = class.typeOf(value).__name
  -- Where Twisted's text is empty ours is a sentence.
  local isBare = #value.args == 0 and value._describe == exception.Exception._describe
  for _, cls in ipairs(telling) do
    if not isBare and class.isinstance(value, cls) then
      return name .. "(" .. tostring(value) .. ")"
    end
  end
  return name
end

function shown(value)
  local kind = type(value)
  if kind == "number" then
    return string.format("%.10g", value)
  elseif kind == "string" then
    return (value:gsub("[%c\\\128-\255]", function(byte)
      return string.format("\\%03d", byte:byte())
    end))
  elseif failure.isFailure(value) then
    return "Failure(" .. shown(value.value) .. ")"
  elseif class.isinstance(value, defer.FirstError) then
    return "FirstError(" .. value.index - 1 .. ", " .. shown(value.subFailure) .. ")"
  elseif class.isinstance(value, exception.Exception) then
    return showError(value)
  elseif class.isclass(value) then
    return value.__name
  elseif kind == "table" then
    local cls = class.typeOf(value)
    return cls and cls.__name or showList(value)
  elseif kind == "thread" then
    return "generator"
  end
  return tostring(value)
end

-- In place of the host's own observer: what is reported is in the trace.
log.startLogging(assert(io.open("/dev/null", "w")))
log.addObserver(function(event)
  if event.failure then
    trace("log:", event.failure)
  elseif event.message:find("^program: ") then
    trace("log:", (event.message:gsub("^program: ", "")))
  end
end)

return {
  trace = trace,
  CustomError = CustomError,
  OtherError = OtherError,
  ---What `f(...)` traced, and what was logged when it and its Deferreds were gone.
  record = function(f, ...)
    lines = {}
    f(...)
    defer._reportUnhandled()
    return lines
  end,
}
