-- All that a script may require, with its comments: modules, and in them functions, classes and their methods and fields.
local class = require("class")
local comments = require("luareactor.comments")
local sources = require("luareactor.sources")

---@class Entry
---@field kind "module"|"class"|"function"|"method"|"field"|"alias"
---@field name string as in examples.md: `defer`, `defer.succeed`, `Deferred:addCallback`, `Connector.state`
---@field key string the last part of it
---@field comment DocComment without a line when nothing is written
---@field module Entry|nil what it is in
---@field value any
---@field entries Entry[]|nil of a module or class
---@field of Entry|nil what an alias is another name of
---@field type string|nil a class's name as a type, or a field's type
---@field parents Entry[]|nil of a class
---@field isDeclared boolean|nil not a module: the type of objects made in C#, or the globals of test files

-- Private by their names, or the parts that `luareactor test` is made of.
local internal <const> = {
  "^luareactor/", "/_", "^twisted/trial/bdd", "^twisted/trial/loader", "^twisted/trial/reporters", "^twisted/trial/runner",
}

-- What comes earlier is used by what comes later, so a class belongs to the first module that has it.
local layers <const> = {
  "", "^twisted/python", "^twisted/internet", "^twisted/protocols", "^twisted/internet/testing", "^twisted/trial",
}

-- Objects made in C#, and what test files find as globals.
local declared <const> = "luareactor/declarations/"

local function layer(file)
  local last = 0
  for i, pattern in ipairs(layers) do
    last = file:find(pattern) and i or last
  end
  return last
end

local function publicFiles()
  local files = {}
  for _, file in ipairs(sources.list()) do
    local isPublic = true
    for _, pattern in ipairs(internal) do
      isPublic = isPublic and not file:find(pattern)
    end
    if isPublic then
      files[#files + 1] = file
    end
  end
  table.sort(files, function(a, b)
    local first, second = layer(a), layer(b)
    return first < second or first == second and a < b
  end)
  return files
end

-- A module's own file, then the private ones beside it.
local function filesOf(file)
  local files = { file }
  local folder = file:match("^.*/") or ""
  for _, other in ipairs(sources.list()) do
    if other:sub(1, #folder + 1) == folder .. "_" then
      files[#files + 1] = other
    end
  end
  table.sort(files, function(a, b) return a == file and b ~= file or b ~= file and a < b end)
  return files
end

local function sortedKeys(t)
  local keys = {}
  for key in pairs(t) do
    if type(key) == "string" and not key:find("^_") then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys)
  return keys
end

local function commentOfClass(cls, files)
  local name = cls.__name
  local comment = comments.find(files, "^%-%-%-@class " .. name .. "%f[^%w_]")
    or comments.find(files, "%f[%l]%l%w*%(\"" .. name .. "\"")
  -- An error class's sentence tells what it is for.
  local sentence = not comment and class.issubclass(cls, require("twisted.python.exception").Exception) and cls._text
  return comment or sentence and comments.plain((sentence:gsub("%.?$", ".")))
end

local Builder = class("Builder")

function Builder:__init()
  self.modules, self.known, self.types = {}, {}, {}
end

local function add(owner, entry)
  entry.module, entry.comment = owner.module or owner, entry.comment or comments.plain()
  table.insert(owner.entries, entry)
  return entry
end

local function addFields(owner)
  for _, field in ipairs(owner.comment.fields) do
    if not field.name:find("^_") then
      add(owner, { kind = "field", name = owner.key .. "." .. field.name, key = field.name, type = field.type,
        comment = comments.plain(field.text) })
    end
  end
end

local function parentsOf(cls)
  local parents = { rawget(cls, "__base") or nil }
  return table.move(cls.__mixins or {}, 1, #(cls.__mixins or {}), #parents + 1, parents)
end

local function inherited(parents, key)
  for _, parent in ipairs(parents) do
    if parent.value[key] ~= nil then
      return parent.value[key]
    end
  end
end

-- The methods that a parent does not have as well.
function Builder:addMethods(entry, cls, files, seen)
  for _, key in ipairs(sortedKeys(cls)) do
    local value = rawget(cls, key)
    local fromParent = inherited(entry.parents, key)
    if type(value) == "function" and value ~= fromParent and not seen[key] then
      seen[key] = true
      local comment = comments.of(value, key, files)
      if fromParent == nil or comment and #comment.text > 0 then
        local isMethod = debug.getinfo(value, "S").what == "C" or debug.getlocal(value, 1) == "self"
        add(entry, { kind = isMethod and "method" or "function", name = entry.key .. (isMethod and ":" or ".") .. key,
          key = key, comment = comment, value = value })
      end
    end
  end
end

function Builder:addClass(module, key, cls, files)
  local entry = add(module, { kind = "class", name = module.key .. "." .. key, key = key, value = cls, entries = {},
    parents = {}, comment = commentOfClass(cls, files) })
  entry.type = self.types[key] and entry.name or key
  self.types[key], self.known[cls] = true, entry
  entry.init = rawget(cls, "__init") and comments.of(cls.__init, "__init", files)
  -- Bases that are nobody's to see count as the class itself.
  local parts = { cls }
  for _, part in ipairs(parts) do
    for _, parent in ipairs(parentsOf(part)) do
      if self.known[parent] then
        table.insert(entry.parents, self.known[parent])
      elseif parent == part.__base then
        table.insert(parts, parent)
      end
    end
  end
  addFields(entry)
  local seen = {}
  for _, part in ipairs(parts) do
    self:addMethods(entry, part, files, seen)
  end
end

-- A class comes after those it is made of.
function Builder:addClasses(module, classes, files)
  local waiting = {}
  for _, key in ipairs(sortedKeys(classes)) do
    waiting[classes[key]] = key
  end
  local function visit(cls)
    for _, parent in ipairs(parentsOf(cls)) do
      if class.isclass(parent) then
        visit(parent)
      end
    end
    local key = waiting[cls]
    if key then
      waiting[cls] = nil
      self:addClass(module, key, cls, files)
    end
  end
  for _, key in ipairs(sortedKeys(classes)) do
    visit(classes[key])
  end
end

function Builder:addModule(file)
  local name = file:gsub("%.lua$", ""):gsub("/", ".")
  local loaded = require(name)
  local module = { kind = "module", name = name, key = name:match("[^%.]+$"), value = loaded, entries = {} }
  table.insert(self.modules, module)
  self.known[loaded] = module
  module.comment = comments.head(comments.lines(file))
  local tags = comments.find({ file }, "^%-%-%-@class " .. module.key .. "module%f[^%w_]")
  for _, kind in ipairs(tags and { "fields", "others" } or {}) do
    module.comment[kind] = tags[kind]
  end
  if type(loaded) == "function" then
    module.kind, module.module, module.comment = "function", module, comments.of(loaded, module.key, { file })
    return
  end
  addFields(module)
  local files, classes = filesOf(file), {}
  for _, key in ipairs(sortedKeys(loaded)) do
    local value = loaded[key]
    local full = module.key .. "." .. key
    if self.known[value] then
      add(module, { kind = "alias", name = full, key = key, value = value, of = self.known[value] })
    elseif class.isclass(value) then
      classes[key] = value
    elseif type(value) == "function" then
      self.known[value] = add(module, { kind = "function", name = full, key = key, value = value,
        comment = comments.of(value, key, files) })
    else
      local cls = class.typeOf(value)
      add(module, { kind = "field", name = full, key = key, type = cls and cls.__name or type(value),
        value = value,
        comment = comments.find({ file }, comments.assignment(key)) })
    end
  end
  self:addClasses(module, classes, files)
end

-- A declarations file is a table of functions that are never called: their names, parameters and comments count.
function Builder:addDeclared(file)
  local key = file:match("([^/]+)%.lua$")
  local functions = require((file:gsub("%.lua$", ""):gsub("/", ".")))
  local isGlobals = key == "globals"
  local entry = { kind = isGlobals and "module" or "class", name = key, key = key, type = key, value = functions,
    entries = {}, parents = {}, comment = comments.head(comments.lines(file)), isDeclared = true }
  table.insert(self.modules, entry)
  addFields(entry)
  for _, name in ipairs(sortedKeys(functions)) do
    self.known[functions[name]] = add(entry, { kind = isGlobals and "function" or "method",
      name = isGlobals and name or key .. ":" .. name, key = name, value = functions[name],
      comment = comments.of(functions[name], name, {}) })
  end
end

local catalogue = {}
local built

---Everything, by module; the types of objects made in C# come last.
---@return Entry[] modules
---@return table<any, Entry> byValue
function catalogue.read()
  if not built then
    built = Builder()
    for _, file in ipairs(publicFiles()) do
      built:addModule(file)
    end
    for _, file in ipairs(sources.list()) do
      if file:sub(1, #declared) == declared then
        built:addDeclared(file)
      end
    end
  end
  return built.modules, built.known
end

return catalogue
