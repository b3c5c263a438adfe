-- All that a script may use, with its comments: modules, and in them functions, classes and their methods and fields.
local class = require("class")
local classes = require("luareactor.docs.classes")
local comments = require("luareactor.docs.comments")
local entries = require("luareactor.docs.entries")
local files = require("luareactor.docs.files")
local tags = require("luareactor.docs.tags")

local modules, known, types

-- A module's comment is its file's first. What may be done with the module itself, which a table's functions do not tell,
-- is tagged where it is made: `---@class reactormodule`, then `@field` or `@overload`.
local function commentOf(file, key)
  local comment = comments.head(file)
  local made = comments.find({ file }, "^%-%-%-@class " .. key .. "module$") or tags.plain()
  comment.fields, comment.others = made.fields, made.others
  return comment
end

local function addFunctionModule(module, file)
  module.kind, module.module, module.comment = "function", module, comments.of(module.value, module.key, { file })
end

local function addMembers(module, file)
  entries.addFields(module)
  local parts, byKey = files.of(file), {}
  for _, key in ipairs(entries.keys(module.value)) do
    local value = module.value[key]
    local entry = { name = module.key .. "." .. key, key = key, value = value }
    if class.isclass(value) and not known[value] then
      byKey[key] = value
    elseif known[value] then
      entry.kind, entry.of = "alias", known[value]
      entries.add(module, entry)
    elseif type(value) == "function" then
      entry.kind, entry.comment = "function", comments.of(value, key, parts)
      known[value] = entries.add(module, entry)
    else
      local cls = class.typeOf(value)
      entry.kind, entry.type = "field", cls and cls.__name or type(value)
      entry.comment = comments.find(parts, comments.assignment(key))
      entries.add(module, entry)
    end
  end
  classes.add(module, byKey, parts, known, types)
end

local function addModule(file)
  local name = files.module(file)
  local key = name:match("[^%.]+$")
  local module = { kind = "module", name = name, key = key, value = require(name), entries = {}, comment = commentOf(file, key) }
  table.insert(modules, module)
  known[module.value] = module
  if type(module.value) == "function" then
    addFunctionModule(module, file)
  else
    addMembers(module, file)
  end
end

-- Types of objects made in C#, and the globals of test files: tables of functions that are never called.
local function addDeclared(file)
  local key = file:match("([^/]+)%.lua$")
  local isGlobals = key == "globals"
  local declared = {
    kind = isGlobals and "module" or "class", name = key, key = key, type = key, entries = {}, parents = {},
    value = require(files.module(file)), comment = comments.head(file), isDeclared = true,
  }
  table.insert(modules, declared)
  entries.addFields(declared)
  for _, name in ipairs(entries.keys(declared.value)) do
    local value = declared.value[name]
    known[value] = entries.add(declared, {
      kind = isGlobals and "function" or "method", name = isGlobals and name or key .. ":" .. name, key = name, value = value,
      comment = comments.of(value, name, {}),
    })
  end
end

local catalogue = {}

---Everything, by module; the types of objects made in C# come last.
---@return Entry[] modules
---@return table<any, Entry> byValue functions, classes and modules
function catalogue.read()
  if not modules then
    modules, known, types = {}, {}, {}
    for _, file in ipairs(files.public()) do
      addModule(file)
    end
    for _, file in ipairs(files.below("luareactor/declarations/")) do
      addDeclared(file)
    end
  end
  return modules, known
end

return catalogue
