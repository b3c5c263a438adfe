-- A Failure is a raised value, kept with the traceback of where it was raised.
local class = require("class")
local exception = require("twisted.python.exception")
local variables = require("twisted.python._variables")

-- An error that is passed on for ever must not gather its whole way.
local longestTraceback <const> = 16384

---A raised value and where it was raised.
---@class Failure
---@field value any the error object, or whatever else was raised
---@field type table|string the error object's class; for a plain value its Lua type's name
---@field traceback string Lua's traceback, "" when the value was not raised
---@field frames {place: string, locals: table[]}[]|nil the functions that ran, when their variables were captured
---@overload fun(value: any, traceback?: string, captureVars?: boolean): Failure
local Failure = class("Failure")

-- The failures of error objects that were raised, so that raising one again does not lose where it came from.
-- A string cannot be a weak key: of those, only the one raised again last is known.
local carriers = setmetatable({}, { __mode = "k" })
local lastString = setmetatable({}, { __mode = "v" })

local function isFailure(value)
  local metatable = getmetatable(value)
  return metatable == Failure or class.issubclass(metatable, Failure)
end

-- `captureVars` keeps the variables of the functions that run: in a message handler, of those that raised.
class.constructor(Failure, function(cls, value, traceback, captureVars)
  if isFailure(value) then
    return setmetatable({
      value = value.value, type = value.type, traceback = traceback or value.traceback, frames = value.frames,
    }, cls)
  end
  local kind = type(value)
  local known = not traceback and kind == "table" and carriers[value]
  local self = setmetatable({
    value = value, type = class.typeOf(value) or kind, traceback = traceback or known and known.traceback or "",
  }, cls)
  if traceback and kind == "table" then
    carriers[value] = self
  end
  if captureVars then
    self.frames = variables.capture(nil, 2)
  end
  return self
end)

local module = { Failure = Failure }

-- The Failure of an error object that was just made and never raised.
function module._unraised(value)
  return setmetatable({ value = value, type = getmetatable(value), traceback = "" }, Failure)
end

local function name(failure)
  local cls = failure.type
  if type(cls) ~= "table" then
    return cls
  end
  -- A broken class must not break the report of the error either.
  return type(cls.__name) == "string" and cls.__name or "(class without a name)"
end

-- A broken __tostring must not break the report of the error.
local function text(value)
  local ok, message = pcall(tostring, value)
  if ok then
    return message
  end
  return "(" .. type(value) .. " whose __tostring failed: " .. type(message) .. ")"
end

---The error's message; of a plain string the string, with its position.
---@return string
function Failure:getErrorMessage()
  return text(self.value)
end

local function matches(failure, wanted)
  if type(wanted) == "string" then
    local cls = failure.type
    if type(cls) == "string" then
      return cls == wanted
    end
    while cls do
      if cls.__name == wanted then
        return true
      end
      cls = cls.__base
    end
    return false
  end
  return class.issubclass(failure.type, wanted)
end

---Which of the error classes it is an instance of.
---@param ... table|string classes, names of classes, or for plain values the name of a Lua type
---@return table|string|nil match the first argument that fits
function Failure:check(...)
  for i = 1, select("#", ...) do
    local wanted = select(i, ...)
    if matches(self, wanted) then
      return wanted
    end
  end
  return nil
end

---Like `check`, but raises the error again when none fits.
---@param ... table|string
---@return table|string match
function Failure:trap(...)
  local match = self:check(...)
  if match == nil then
    self:raiseException()
  end
  return match
end

---Raises the very value again. A handler that makes a Failure of it keeps this one's traceback.
function Failure:raiseException()
  local value = self.value
  if type(value) == "table" then
    carriers[value] = self
  elseif self.traceback ~= "" then
    lastString[1] = self
  end
  error(value, 0)
end

local function headline(failure)
  if type(failure.type) == "table" then
    return name(failure) .. ": " .. text(failure.value)
  end
  return text(failure.value)
end

-- What is ours in a traceback tells a script's author nothing: how callbacks are run, how an error is raised.
local machinery = {
  "/?twisted/internet/_%w+%.lua:%d+: ", "/?twisted/python/failure%.lua:%d+: ",
  "^%s*border:%d+: ", "^%s*luareactor/%w+%.lua:%d+: ", "^%s*twisted/protocols/_%w+%.lua:%d+: ", "^%s*%(%.%.%.tail calls%.%.%.%)$",
  "^%s*%[C%]: in function 'error'", "^%s*%[C%]: in function 'xpcall'", "^%s*stack traceback:$",
}

local function isMachinery(line)
  for _, pattern in ipairs(machinery) do
    if line:find(pattern) then
      return true
    end
  end
  return false
end

local function withoutMachinery(traceback)
  local kept = {}
  for line in traceback:gmatch("[^\n]+") do
    if not isMachinery(line) then
      kept[#kept + 1] = line
    end
  end
  return table.concat(kept, "\n")
end

---What an uncaught error reads like, as `lua` has it: the error, and the calls that led there.
---@return string headline
---@return string traceback "" when there are no frames
function Failure:_describe()
  local frames = withoutMachinery(self.traceback)
  return headline(self), frames ~= "" and "stack traceback:\n" .. frames or ""
end

local function detailed(failure)
  local lines = { "*--- Failure ---" }
  for _, frame in ipairs(failure.frames or {}) do
    if not isMachinery(frame.place) then
      lines[#lines + 1] = frame.place
      lines[#lines + 1] = " [ Locals ]"
      for _, variable in ipairs(frame.locals) do
        local value = variable[2]
        lines[#lines + 1] = "  " .. variable[1] .. " : " .. (type(value) == "string" and ("%q"):format(value) or text(value))
      end
    end
  end
  if not failure.frames then
    lines[#lines + 1] = withoutMachinery(failure.traceback)
    lines[#lines + 1] = " [Capture of Locals disabled (use captureVars=true)]"
  end
  lines[#lines + 1] = headline(failure)
  lines[#lines + 1] = "*--- End of Failure ---"
  return table.concat(lines, "\n") .. "\n"
end

---The traceback, most recent call first, and the error below it, as the log shows it. Frames of the host's own modules
---are left out; `traceback` has them.
---@param detail? "default"|"brief"|"verbose" verbose shows the variables that were captured
---@return string
function Failure:getTraceback(detail)
  if detail == "brief" then
    return self:getBriefTraceback()
  elseif detail == "verbose" then
    return detailed(self)
  elseif detail ~= nil and detail ~= "default" then
    exception.raise(exception.ValueError, "detail must be 'default', 'brief' or 'verbose'; got " .. tostring(detail), 2)
  end
  local frames = self.traceback
  if frames == "" then
    return "Traceback (failure with no frames):\n" .. headline(self) .. "\n"
  end
  return "Traceback (most recent call first):\n" .. withoutMachinery(frames) .. "\n" .. headline(self) .. "\n"
end

---One line for the error and one for where it was raised.
---@return string
function Failure:getBriefTraceback()
  -- The first frame that has a line: `error` itself is a C function without one.
  local frame = ("\n" .. withoutMachinery(self.traceback)):match("\n%s*([^\n]-:%d+: [^\n]*)")
  if frame then
    return "Traceback: " .. headline(self) .. "\n" .. frame .. "\n"
  end
  return "Traceback (failure with no frames): " .. headline(self) .. "\n"
end

---Writes the traceback to a file, by default to standard error.
---@param file? file*
function Failure:printTraceback(file)
  (file or io.stderr):write(self:getTraceback())
end

---Writes the two lines of `getBriefTraceback` to a file, by default to standard error.
---@param file? file*
function Failure:printBriefTraceback(file)
  (file or io.stderr):write(self:getBriefTraceback())
end

---Writes the traceback with the variables that were captured to a file, by default to standard error.
---@param file? file*
function Failure:printDetailedTraceback(file)
  (file or io.stderr):write(detailed(self))
end

---Lets go of what it holds beyond texts: captured variables become their text, and the error forgets this failure.
function Failure:cleanFailure()
  for _, frame in ipairs(self.frames or {}) do
    for _, variable in ipairs(frame.locals) do
      variable[2] = text(variable[2])
    end
  end
  if type(self.value) == "table" and carriers[self.value] == self then
    carriers[self.value] = nil
  end
end

function Failure:__tostring()
  return "<twisted.python.failure.Failure " .. name(self) .. ": " .. text(self.value) .. ">"
end

local function append(failure, traceback)
  if failure.traceback == "" then
    failure.traceback = traceback
  elseif #failure.traceback < longestTraceback then
    failure.traceback = failure.traceback .. "\n-- passed on by:\n" .. traceback:gsub("^%s*stack traceback:\n", "")
  end
  return failure
end

---The Failure of a raised value and the traceback of where it was caught. A Failure, or an error that a Failure
---carried before it was raised again, keeps its own traceback, and the new one is added to it.
---@param value any
---@param traceback string
---@return Failure
function module.caught(value, traceback)
  if isFailure(value) then
    return append(value, traceback)
  elseif type(value) == "table" then
    local failure = carriers[value]
    if failure then
      return append(failure, traceback)
    end
  elseif lastString[1] then
    local failure = lastString[1]
    lastString[1] = nil
    if rawequal(failure.value, value) then
      return append(failure, traceback)
    end
  end
  return Failure(value, traceback)
end

local caught = module.caught

-- Set by `defer.setDebugging`.
module._capturing = false

-- Notes the variables where the failure was raised, unless it knows them from further in.
function module._capture(failure, thread, level)
  if module._capturing and not failure.frames then
    failure.frames = variables.capture(thread, level + 1)
  end
  return failure
end

local capture = module._capture

---The message handler for `xpcall`: makes a Failure of what was raised. After `defer.setDebugging(true)` it has the
---variables of the functions that ran.
---@param value any
---@return Failure
function module.handler(value)
  -- In brackets it is no tail call: the level counts this function.
  return (capture(caught(value, debug.traceback(nil, 2)), nil, 2))
end

---Calls `f(...)`.
---@param f function
---@param ... any
---@return boolean ok
---@return any ... its results, or a Failure
function module.call(f, ...)
  return xpcall(f, module.handler, ...)
end

---Whether a value is a Failure.
---@param value any
---@return boolean
module.isFailure = isFailure

return module
