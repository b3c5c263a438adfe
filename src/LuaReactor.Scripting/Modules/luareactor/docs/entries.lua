-- An entry of the catalogue: one name and what is written about it.
local tags = require("luareactor.docs.tags")

---@class Entry
---@field kind "module"|"class"|"function"|"method"|"field"|"alias"
---@field name string as in examples.md: `defer.succeed`, `Deferred:addCallback`, `Connector.state`; a module's is its full name
---@field key string the last part of it
---@field comment DocComment without text when nothing is written
---@field module Entry what it is in, at the outermost
---@field value any
---@field entries Entry[]|nil of a module or class
---@field of Entry|nil what an alias is another name of
---@field type string|nil a class's name as a type, or a field's type
---@field parents Entry[]|nil of a class
---@field init DocComment|nil of a class: that of its `__init`
---@field isDeclared boolean|nil not a module: the type of objects made in C#, or the globals of test files

local entries = {}

---Puts an entry into a module or class.
---@param owner Entry
---@param entry table
---@return Entry
function entries.add(owner, entry)
  entry.module, entry.comment = owner.module or owner, entry.comment or tags.plain()
  table.insert(owner.entries, entry)
  return entry
end

---Puts the fields in that an owner's comment tells of.
---@param owner Entry
function entries.addFields(owner)
  for _, field in ipairs(owner.comment.fields) do
    entries.add(owner, {
      kind = "field", name = owner.key .. "." .. field.name, key = field.name, type = field.type,
      comment = tags.plain(field.text),
    })
  end
end

---A table's public names, sorted.
---@param t table
---@return string[]
function entries.keys(t)
  local keys = {}
  for key in pairs(t) do
    if type(key) == "string" and not key:find("^_") then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys)
  return keys
end

return entries
