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

local hasPlaces, places = pcall(require, "luareactor.places")

---A number for the line of the script that is running, outside of luareactor's own modules; nil without a host.
where.here = hasPlaces and places.here or nil

---Whether the host has called since the last time that this was asked.
where.hasReturned = hasPlaces and places.hasReturned or nil

---What was noted of a place: a text stays, a number that `here` gave becomes its line, a function its name and line.
function where.describe(place)
  if math.type(place) == "integer" then
    return places.describe(place)
  elseif type(place) ~= "function" then
    return place
  end
  local info = debug.getinfo(place, "S")
  if info.linedefined > 0 then
    return "the function at " .. info.short_src .. ":" .. info.linedefined
  end
  return nil
end

return where
