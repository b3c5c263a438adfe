-- Calls again and again, calls later, work in small steps. Twisted's `task`, all of it in one place.
local deferreds = require("twisted.internet._deferred")
local dotted = require("twisted.internet._dotted")

local task = {}

for _, name in ipairs({ "_clock", "_looping", "_cooperator", "_react" }) do
  for key, value in pairs(require("twisted.internet." .. name)) do
    task[key] = value
  end
end

---Calls `f(...)` after a while and gives a Deferred of its result. Cancelling that calls it off.
---@param clock table the reactor, or a Clock
---@param delay number seconds, finite, 0 or more
---@param f? function without one the Deferred fires with nil
---@param ... any arguments for `f`
---@return Deferred
function task.deferLater(clock, delay, f, ...)
  local timer
  local d = deferreds.Deferred(function()
    timer:cancel()
  end)
  if f ~= nil then
    local args = table.pack(...)
    d:addCallback(function()
      return f(table.unpack(args, 1, args.n))
    end)
  end
  timer = dotted.callLater(clock, delay, d.callback, d, nil)
  return d
end

return task
