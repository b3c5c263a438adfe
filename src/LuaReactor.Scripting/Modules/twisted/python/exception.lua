-- The root of all error objects, and those of Python's own exceptions that Twisted raises.
local class = require("class")

---An error object. `tostring(e)` is its message; `args` is what it was made with.
---@class Exception
---@field args any[] the constructor's arguments
---@overload fun(...: any): Exception
local Exception = class("Exception")

function Exception:__init(...)
  self.args = { ... }
end

local function quoted(value)
  if type(value) == "string" then
    return "'" .. value .. "'"
  end
  return tostring(value)
end

-- Like Python's str(): one argument is the message, several are shown as a tuple.
-- Where Python's text would be empty, the class's sentence or its name is shown: an empty message helps nobody.
function Exception:_describe()
  local args = self.args
  if #args == 0 then
    return self._text or getmetatable(self).__name
  elseif #args == 1 then
    return tostring(args[1])
  end
  local shown = {}
  for i, value in ipairs(args) do
    shown[i] = quoted(value)
  end
  return "(" .. table.concat(shown, ", ") .. ")"
end

function Exception:__tostring()
  return self._message or self:_describe()
end

local module = { Exception = Exception }

local function declare(name, base, text)
  local cls = class(name, base)
  cls._text = text
  module[name] = cls
  return cls
end

---A calculation cannot be done.
local ArithmeticError = declare("ArithmeticError", Exception)
---An index or key is not there.
local LookupError = declare("LookupError", Exception)
---Something is done at the wrong time, or fits no other class.
local RuntimeError = declare("RuntimeError", Exception)
---Something that must hold does not.
declare("AssertionError", Exception)
---An object has no such field.
declare("AttributeError", Exception)
---A list has no such place.
declare("IndexError", LookupError)
---A table has no such key.
declare("KeyError", LookupError)
---A method is to be overridden, or cannot be had here.
declare("NotImplementedError", RuntimeError)
---The operating system refused.
declare("OSError", Exception)
---A number is too large.
declare("OverflowError", ArithmeticError)
---A value is of the wrong type.
declare("TypeError", Exception)
---A value is of the right type, but not one that makes sense.
declare("ValueError", Exception)
---Something was divided by 0.
declare("ZeroDivisionError", ArithmeticError)

---Raised, or failed with, in the function given to `task.react` to end the program with a status.
---@class SystemExit: Exception
---@field code any an exit status, nil for 0; anything else is a message, and the status is 1
---@overload fun(code?: any): SystemExit
local SystemExit = declare("SystemExit", Exception)

function SystemExit:__init(code)
  Exception.__init(self, code)
  self.code = code
end

---The exit status to end with; a message is written to standard error.
---@return integer
function SystemExit:status()
  local code = self.code
  if code == nil then
    return 0
  elseif type(code) == "boolean" then
    return code and 0 or 1
  elseif math.type(code) == "integer" then
    return code
  end
  io.stderr:write(tostring(code), "\n")
  return 1
end

---An error object whose message is given ready-made: `tostring(e)` is exactly `message`.
---@param cls table a subclass of Exception
---@param message string
---@return Exception
function module.ready(cls, message)
  return setmetatable({ args = { message }, _message = message }, cls)
end

---Raises an error object whose message begins with the caller's position, as Lua's own `error` does for strings.
---For wrong use that should name the script's line.
---@param cls table a subclass of Exception
---@param message string
---@param level? integer 1: where `raise` was called (the default), 2: where the function calling `raise` was called
function module.raise(cls, message, level)
  local info = debug.getinfo((level or 1) + 1, "Sl")
  if info and info.currentline > 0 then
    message = info.short_src .. ":" .. info.currentline .. ": " .. message
  end
  error(module.ready(cls, message), 0)
end

return module
