-- Classes in the catalogue: where their comments stand, what they are made of, and their methods.
local class = require("class")
local comments = require("luareactor.docs.comments")
local entries = require("luareactor.docs.entries")
local exception = require("twisted.python.exception")
local tags = require("luareactor.docs.tags")

local function commentOf(cls, files)
  local name = cls.__name
  local comment = comments.find(files, "^%-%-%-@class " .. name .. "%f[^%w_]")
    or comments.find(files, "%f[%l]%l%w*%(\"" .. name .. "\"")
  -- An error class's sentence tells what it is for.
  local sentence = not comment and class.issubclass(cls, exception.Exception) and cls._text
  return comment or sentence and tags.plain((sentence:gsub("%.?$", ".")))
end

local function parentsOf(cls)
  local mixins = rawget(cls, "__mixins") or {}
  return table.move(mixins, 1, #mixins, 2, { rawget(cls, "__base") or nil })
end

local function inherited(parents, key)
  for _, parent in ipairs(parents) do
    if parent.value[key] ~= nil then
      return parent.value[key]
    end
  end
end

-- The methods that a parent has not, or that say more than the parent's.
local function addMethods(entry, cls, files, seen)
  for _, key in ipairs(entries.keys(cls)) do
    local value = rawget(cls, key)
    local fromParent = inherited(entry.parents, key)
    if type(value) == "function" and value ~= fromParent and not seen[key] then
      seen[key] = true
      local comment = comments.of(value, key, files)
      if fromParent == nil or comment and #comment.text > 0 then
        local isMethod = debug.getinfo(value, "S").what == "C" or debug.getlocal(value, 1) == "self"
        entries.add(entry, {
          kind = isMethod and "method" or "function", name = entry.key .. (isMethod and ":" or ".") .. key, key = key,
          comment = comment, value = value,
        })
      end
    end
  end
end

local function add(module, key, cls, files, known, types)
  local entry = entries.add(module, {
    kind = "class", name = module.key .. "." .. key, key = key, value = cls, entries = {}, parents = {},
    comment = commentOf(cls, files), init = rawget(cls, "__init") and comments.of(cls.__init, "__init", files),
  })
  entry.type = types[key] and entry.name or key
  types[key], known[cls] = true, entry
  -- Bases that are nobody's to see count as the class itself.
  local parts = { cls }
  for _, part in ipairs(parts) do
    for _, parent in ipairs(parentsOf(part)) do
      if known[parent] then
        table.insert(entry.parents, known[parent])
      elseif parent == part.__base then
        table.insert(parts, parent)
      end
    end
  end
  entries.addFields(entry)
  local seen = {}
  for _, part in ipairs(parts) do
    addMethods(entry, part, files, seen)
  end
end

local classes = {}

---Puts a module's classes in, each after those that it is made of.
---@param module Entry
---@param byKey table<string, table>
---@param files string[] where they may be written
---@param known table<any, Entry> what is in the catalogue, by value
---@param types table<string, true> the names of classes that are taken
function classes.add(module, byKey, files, known, types)
  local waiting = {}
  for _, key in ipairs(entries.keys(byKey)) do
    waiting[byKey[key]] = key
  end
  local function visit(cls)
    for _, parent in ipairs(parentsOf(cls)) do
      visit(parent)
    end
    local key = waiting[cls]
    if key then
      waiting[cls] = nil
      add(module, key, cls, files, known, types)
    end
  end
  for _, key in ipairs(entries.keys(byKey)) do
    visit(byKey[key])
  end
end

return classes
