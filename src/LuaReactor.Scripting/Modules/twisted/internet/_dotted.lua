-- Methods that work behind a dot as well, for objects that stand in for the reactor: scripts call `reactor.callLater(…)`.
local class = require("class")

local dotted = {}

---Lets an object's methods be called with a dot or a colon. They are looked up at each call, so a subclass's count.
---@generic T: table
---@param object T
---@param names string[]
---@return T object
function dotted.bind(object, names)
  local cls = class.typeOf(object)
  for _, name in ipairs(names) do
    object[name] = function(first, ...)
      if rawequal(first, object) then
        return cls[name](object, ...)
      end
      return cls[name](object, first, ...)
    end
  end
  return object
end

---Calls a clock's `callLater`: the reactor's, a Clock's, or that of a plain table of functions.
---@param clock table
---@param delay number
---@param f function
---@param ... any
---@return DelayedCall
function dotted.callLater(clock, delay, f, ...)
  if class.typeOf(clock) then
    return clock:callLater(delay, f, ...)
  end
  return clock.callLater(delay, f, ...)
end

---What a clock's `seconds` says.
---@param clock table
---@return number
function dotted.seconds(clock)
  if class.typeOf(clock) then
    return clock:seconds()
  end
  return clock.seconds()
end

return dotted
