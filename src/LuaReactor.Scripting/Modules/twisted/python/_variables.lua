-- The variables of the functions that were running when something was raised.
local variables = {}

-- Who recurses without end must not be shown all of it.
local deepest <const> = 50

---The functions that run, innermost first, with their local variables.
---@param thread thread|nil nil: the running one
---@param level integer 1: the function that calls `capture`; of another thread 0 is the innermost
---@return {place: string, locals: table[]}[] frames each local is `{name, value}`
function variables.capture(thread, level)
  thread = thread or coroutine.running()
  level = thread == coroutine.running() and level + 1 or level
  local frames = {}
  for at = level, level + deepest do
    local info = debug.getinfo(thread, at, "Snl")
    if not info then
      break
    elseif info.what ~= "C" then
      local locals = {}
      for i = 1, math.huge do
        local name, value = debug.getlocal(thread, at, i)
        if not name then
          break
        elseif not name:find("^%(") then
          locals[#locals + 1] = { name, value }
        end
      end
      local f = info.what == "main" and "main chunk" or "function <" .. info.short_src .. ":" .. info.linedefined .. ">"
      frames[#frames + 1] = { place = info.short_src .. ":" .. info.currentline .. ": in " .. f, locals = locals }
    end
  end
  return frames
end

return variables
