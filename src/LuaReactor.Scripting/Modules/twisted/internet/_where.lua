-- Names places in scripts: where something was made, where a function begins.
local where = {}

---The position of the caller at a level (1: the function that calls `at`), "script.lua:12", or nil when it has no line.
function where.at(level)
  local info = debug.getinfo(level + 1, "Sl")
  if info and info.currentline > 0 then
    return info.short_src .. ":" .. info.currentline
  end
  return nil
end

---What was noted of a place: a text stays, a function becomes its name and line.
function where.describe(place)
  if type(place) ~= "function" then
    return place
  end
  local info = debug.getinfo(place, "S")
  if info.linedefined > 0 then
    return "the function at " .. info.short_src .. ":" .. info.linedefined
  end
  return nil
end

return where
