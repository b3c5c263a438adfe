-- Classes: a table with its name, one base, and what mixins lend it. An object is a table with its own fields only.

-- A metamethod is looked up raw in the metatable, so a class must hold its base's itself.
local metamethods = {
  "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__idiv",
  "__band", "__bor", "__bxor", "__shl", "__shr", "__bnot",
  "__concat", "__len", "__eq", "__lt", "__le", "__call", "__newindex",
  "__tostring", "__pairs", "__gc", "__close",
}
local ownKeys = { __name = true, __index = true, __base = true, __mixins = true, __init = true }

-- Of each class, the set of what it is a subclass of: itself, its bases, their mixins. Errors ask for it all the time.
local lineages = setmetatable({}, { __mode = "k" })

local function describe(object)
  return string.format("<%s at %p>", getmetatable(object).__name, object)
end

local function describeClass(cls)
  return "<class " .. cls.__name .. ">"
end

local function construct(cls, ...)
  local object = setmetatable({}, cls)
  local init = cls.__init
  if init then
    init(object, ...)
  end
  return object
end

local function isclass(value)
  return lineages[value] ~= nil
end

local function lend(mixin, cls)
  local base = rawget(mixin, "__base")
  if base then
    lend(base, cls)
  end
  for key, value in pairs(mixin) do
    if not ownKeys[key] then
      cls[key] = value
    end
  end
end

local function join(lineage, ancestor)
  lineage[ancestor] = true
  for each in pairs(lineages[ancestor] or {}) do
    lineage[each] = true
  end
end

local function make(name, base, ...)
  if type(name) ~= "string" or name == "" then
    error("class: the first argument must be the class's name, a string; got " .. type(name), 3)
  end
  if base ~= nil and not isclass(base) then
    error("class " .. name .. ": the base must be a class; got " .. type(base), 3)
  end
  local mixins = { ... }
  local cls = { __name = name, __base = base or false, __mixins = mixins }
  cls.__index = cls
  local lineage = { [cls] = true }
  if base then
    join(lineage, base)
    for _, key in ipairs(metamethods) do
      cls[key] = rawget(base, key)
    end
  end
  for i = 1, select("#", ...) do
    if type(mixins[i]) ~= "table" then
      error("class " .. name .. ": mixin " .. i .. " must be a class or a table; got " .. type(mixins[i]), 3)
    end
    lend(mixins[i], cls)
    join(lineage, mixins[i])
  end
  cls.__tostring = cls.__tostring or describe
  lineages[cls] = lineage
  return setmetatable(cls, {
    __index = base,
    __call = base and getmetatable(base).__call or construct,
    __tostring = describeClass,
    __name = "class",
  })
end

local module = {}

---The class of an object, nil for any other value (a class is not an object).
---@param value any
---@return table|nil class
function module.typeOf(value)
  local metatable = getmetatable(value)
  if lineages[metatable] then
    return metatable
  end
  return nil
end

---True when the value was made by `class`.
---@param value any
---@return boolean
function module.isclass(value)
  return isclass(value)
end

---True when a class is the other one, or has it among its bases or mixins. Anything else than a class is no subclass.
---@param cls any
---@param base table
---@return boolean
function module.issubclass(cls, base)
  local lineage = lineages[cls]
  return lineage ~= nil and lineage[base] == true
end

---True when a value is an object of the class or of one of its subclasses.
---@param value any
---@param cls table
---@return boolean
function module.isinstance(value, cls)
  return module.issubclass(getmetatable(value), cls)
end

---Says how objects of a class are made, in place of an empty table whose `__init` runs.
---For classes made so often that their fields should be there from the start. Subclasses made afterwards take it over.
---@generic T: table
---@param cls T
---@param f fun(cls: table, ...: any): table must return a table whose metatable is `cls`
---@return T cls
function module.constructor(cls, f)
  getmetatable(cls).__call = f
  return cls
end

---Says which table an object of the class begins as, in place of `{}`: one with room for the fields that it is going to
---get need not grow field by field. Subclasses made afterwards take it over.
---@param cls table
---@param f fun(): table such as `{ host = nil, port = nil }`
function module.allocator(cls, f)
  module.constructor(cls, function(self, ...)
    local object = setmetatable(f(), self)
    if self.__init then
      object:__init(...)
    end
    return object
  end)
end

---Makes a class. Calling the class makes an object and runs `__init(self, ...)`, its own or its base's.
---Methods are looked up along the bases, so one added to a base later is seen; metamethods are taken over at creation;
---the methods of mixins are copied. Raises a string at the caller's line when there is no name or the base is no class.
---@overload fun(name: string, base?: table, ...: table): table
---@class classmodule
local callable = setmetatable(module, {
  __call = function(_, name, base, ...)
    -- No tail call: an error has to find the caller's line.
    local cls = make(name, base, ...)
    return cls
  end,
})

return callable
