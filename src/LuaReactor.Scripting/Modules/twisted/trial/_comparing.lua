-- Deep equality, and where two values differ, by path.
local pretty = require("pretty")

local comparing = {}

-- Tables without a metatable are their contents. Objects are what their own `==` says; `same` looks into those as well.
local function isOpen(a, b, intoObjects)
  if type(a) ~= "table" or type(b) ~= "table" then
    return false
  end
  local metatable = getmetatable(a)
  return metatable == getmetatable(b) and (metatable == nil or intoObjects == true)
end

-- `seen` holds the pairs being compared already: a cycle differs only where its parts do.
local function enter(seen, a, b)
  local known = seen[a]
  if not known then
    known = {}
    seen[a] = known
  end
  local isNew = not known[b]
  known[b] = true
  return isNew
end

local function equal(a, b, intoObjects, seen)
  if a == b then
    return true
  elseif not isOpen(a, b, intoObjects) then
    return false
  elseif not enter(seen, a, b) then
    return true
  end
  for key, value in next, a do
    if not equal(value, rawget(b, key), intoObjects, seen) then
      return false
    end
  end
  for key in next, b do
    if rawget(a, key) == nil then
      return false
    end
  end
  return true
end

---Whether two values are equal: tables without a metatable by their contents, all else by `==`.
---@param a any
---@param b any
---@param intoObjects? boolean whether objects of the same class are compared by their contents too
---@return boolean
function comparing.equal(a, b, intoObjects)
  return equal(a, b, intoObjects, {})
end

local function step(key)
  if type(key) == "string" and key:find("^[%a_][%w_]*$") then
    return "." .. key
  end
  return "[" .. pretty(key, { depth = 1 }) .. "]"
end

-- Where two strings part, with a little of what is around.
local function stringDifference(a, b)
  local at = 1
  while a:byte(at) == b:byte(at) do
    at = at + 1
  end
  local from = math.max(1, at - 10)
  local function part(s)
    return (from > 1 and "…" or "") .. pretty(s:sub(from, at + 20), { ascii = true }) .. (#s > at + 20 and "…" or "")
  end
  local _, lines = a:sub(1, at - 1):gsub("\n", "")
  local line = lines > 0 and " (line " .. lines + 1 .. ")" or ""
  return string.format("byte %d%s: %s is not %s (%d and %d bytes)", at, line, part(a), part(b), #a, #b)
end

local function sortedKeys(a, b)
  local keys, shown = {}, {}
  for _, t in ipairs({ a, b }) do
    for key in next, t do
      if not shown[key] then
        shown[key] = pretty(key, { depth = 1 })
        keys[#keys + 1] = key
      end
    end
  end
  table.sort(keys, function(x, y)
    if type(x) == "number" and type(y) == "number" then
      return x < y
    end
    return shown[x] < shown[y]
  end)
  return keys
end

local function short(value)
  return pretty(value, { depth = 2, width = math.huge, maxItems = 10 })
end

local function difference(found, path, a, b, intoObjects, seen)
  if equal(a, b, intoObjects, {}) then
    return
  elseif isOpen(a, b, intoObjects) then
    if enter(seen, a, b) then
      for _, key in ipairs(sortedKeys(a, b)) do
        difference(found, path .. step(key), rawget(a, key), rawget(b, key), intoObjects, seen)
      end
    end
    return
  end
  local at = path == "" and "" or "at " .. path .. ": "
  if type(a) == "string" and type(b) == "string" and #a + #b > 20 then
    found[#found + 1] = at .. stringDifference(a, b)
  elseif path ~= "" then
    if a == nil then
      found[#found + 1] = at .. "only the second has it: " .. short(b)
    elseif b == nil then
      found[#found + 1] = at .. "only the first has it: " .. short(a)
    else
      local x, y = short(a), short(b)
      found[#found + 1] = at .. x .. " is not " .. y .. (x == y and " (two that look alike)" or "")
    end
  end
end

---Where two values differ: a line for each place, none when they are simple values that are best shown whole.
---@param a any
---@param b any
---@param intoObjects? boolean as in `equal`
---@return string[]
function comparing.differences(a, b, intoObjects)
  local found = {}
  difference(found, "", a, b, intoObjects, {})
  return found
end

local mostDifferences <const> = 10

---The message of two values that ought to be equal: both, and where they differ.
---@param a any
---@param b any
---@param names? {[1]: string, [2]: string} what the two are called
---@param intoObjects? boolean as in `equal`
---@return string
function comparing.describe(a, b, names, intoObjects)
  local first, second = pretty(a), pretty(b)
  if first == second then
    first, second = pretty(a, { ascii = true }), pretty(b, { ascii = true })
  end
  local name, other = table.unpack(names or { "first", "second" })
  local width = math.max(#name, #other) + 2
  local function line(label, text)
    return label .. ":" .. string.rep(" ", width - #label - 1) .. text
  end
  local lines = { "not equal:", line(name, first), line(other, second) }
  if first == second then
    lines[#lines + 1] = type(a) == "table" and "(two different objects)" or "(two that look alike)"
  end
  local found = comparing.differences(a, b, intoObjects)
  for i, text in ipairs(found) do
    if i > mostDifferences then
      lines[#lines + 1] = "… and " .. #found - mostDifferences .. " more differences"
      break
    end
    lines[#lines + 1] = text
  end
  return table.concat(lines, "\n")
end

return comparing
