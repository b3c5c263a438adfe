-- Options given by name in a table.
local exception = require("twisted.python.exception")

local options = {}

---Raises TypeError, at the script's line, when a name is not known.
---@param given table|nil
---@param known table by name, whatever the values
---@param what string what they are given to
---@param level? integer as `exception.raise` counts for the function that asks: 2 is that function's caller, and the default
function options.check(given, known, what, level)
  for name in pairs(given or {}) do
    if known[name] == nil then
      exception.raise(exception.TypeError, what .. " has no option " .. tostring(name), (level or 2) + 1)
    end
  end
end

return options
