-- A Failure is a raised value, kept with the traceback of where it was raised.
local class = require("class")

-- An error that is passed on for ever must not gather its whole way.
local longestTraceback <const> = 16384

---A raised value and where it was raised.
---@class Failure
---@field value any the error object, or whatever else was raised
---@field type table|string the error object's class; for a plain value its Lua type's name
---@field traceback string Lua's traceback, "" when the value was not raised
---@overload fun(value: any, traceback?: string): Failure
local Failure = class("Failure")

-- The failures of error objects that were raised, so that raising one again does not lose where it came from.
-- A string cannot be a weak key: of those, only the one raised again last is known.
local carriers = setmetatable({}, { __mode = "k" })
local lastString = setmetatable({}, { __mode = "v" })

local function isFailure(value)
  local metatable = getmetatable(value)
  return metatable == Failure or class.issubclass(metatable, Failure)
end

class.constructor(Failure, function(cls, value, traceback)
  if isFailure(value) then
    return setmetatable({
      value = value.value, type = value.type, traceback = traceback or value.traceback,
    }, cls)
  end
  local kind = type(value)
  local self = setmetatable({
    value = value, type = class.typeOf(value) or kind, traceback = traceback or "",
  }, cls)
  if traceback and kind == "table" then
    carriers[value] = self
  end
  return self
end)

local function name(failure)
  return type(failure.type) == "table" and failure.type.__name or failure.type
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

---The traceback, most recent call first, and the error below it, as the log shows it. Frames of the host's own modules
---are left out; `traceback` has them.
---@return string
function Failure:getTraceback()
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

local module = { Failure = Failure }

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

---The message handler for `xpcall`: makes a Failure of what was raised.
---@param value any
---@return Failure
function module.handler(value)
  return caught(value, debug.traceback(nil, 2))
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
