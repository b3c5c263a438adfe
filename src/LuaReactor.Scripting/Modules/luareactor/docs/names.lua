-- The names of the catalogue: which entry one stands for, and which ones are like one that stands for none.
local catalogue = require("luareactor.docs.catalogue")

local names = {}

local function key(name)
  return (name:gsub(":", "."))
end

-- Each entry by the names it may be asked for: as they are, and in small letters for those that are not found so.
local index

local function put(name, entry)
  name = key(name)
  index[name] = index[name] or entry
  index.small[name:lower()] = index.small[name:lower()] or entry
end

local function readIndex()
  index = { small = {} }
  local function members(owner, prefixes)
    for _, entry in ipairs(owner.entries or {}) do
      local all = { entry.name }
      for _, prefix in ipairs(prefixes) do
        table.insert(all, prefix .. "." .. entry.key)
      end
      for _, name in ipairs(all) do
        put(name, entry)
      end
      if entry.kind == "class" then
        table.insert(all, entry.key)
        put(entry.key, entry)
      end
      members(entry, all)
    end
  end
  local modules = catalogue.read()
  for _, module in ipairs(modules) do
    put(module.name, module)
    put(module.key, module)
  end
  for _, module in ipairs(modules) do
    members(module, { module.name, module.key })
  end
  return index
end

local function inParents(entry, member)
  for _, parent in ipairs(entry.parents or {}) do
    for _, each in ipairs(parent.entries) do
      if each.key == member then
        return each
      end
    end
    local found = inParents(parent, member)
    if found then
      return found
    end
  end
end

---The entry of a name: with its module or its class before it, or alone; an inherited one is found too.
---@param name string
---@return Entry|nil
function names.entry(name)
  local all = index or readIndex()
  name = key(name)
  local found = all[name] or all.small[name:lower()]
  if not found then
    local owner, member = name:match("^(.*)%.([^%.]+)$")
    local class = owner and names.entry(owner)
    found = class and inParents(class, member)
  end
  return found and found.of or found
end

-- How many letters have to be put in, left out or changed.
local function distance(a, b)
  local row = {}
  for j = 0, #b do
    row[j] = j
  end
  for i = 1, #a do
    local corner = row[0]
    row[0] = i
    for j = 1, #b do
      local change = corner + (a:byte(i) == b:byte(j) and 0 or 1)
      corner, row[j] = row[j], math.min(row[j] + 1, row[j - 1] + 1, change)
    end
  end
  return row[#b]
end

---Names that are like one, the nearest first, five at most.
---@param name string
---@return string[]
function names.near(name)
  local wanted = name:lower():match("[^%.:]*$")
  local found = {}
  local function look(entries)
    for _, entry in ipairs(entries) do
      local own = entry.key:lower()
      local far = #wanted > 2 and own ~= wanted and own:find(wanted, 1, true) and 1 or distance(own, wanted)
      if far <= math.min(2, #wanted // 3) and entry.kind ~= "alias" then
        found[#found + 1] = { entry.name, far }
      end
      look(entry.entries or {})
    end
  end
  look(catalogue.read())
  table.sort(found, function(a, b) return a[2] < b[2] or a[2] == b[2] and a[1] < b[1] end)
  local nearest = {}
  for i = 1, math.min(#found, 5) do
    nearest[i] = found[i][1]
  end
  return nearest
end

return names
