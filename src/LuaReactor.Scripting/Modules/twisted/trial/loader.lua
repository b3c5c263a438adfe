-- From paths to tests: finds the files, loads each in an environment of its own, and lists its tests as they are written.
local bdd = require("twisted.trial.bdd")
local class = require("class")
local failures = require("twisted.python.failure")
local unittest = require("twisted.trial.unittest")

---A test to be run.
---@class TrialCase
---@field id string `folder/test_x.lua:XTests.test_y`
---@field file string
---@field name string what comes after the file in the id
---@field test function called with the TestCase
---@field make fun(): TestCase
---@field where string|nil the line the test begins at
---@field path any[] the file and the classes or blocks it is in: random order keeps these together
---@field groups BddBlock[]|nil the blocks whose setup and teardown are for it

local loader = {}

---A test that fails: for a file that could not be loaded or a path that is not there.
---@param file string
---@param reason any a message or a Failure
---@return TrialCase
function loader.broken(file, reason)
  return {
    id = file, file = file, name = "", path = { file },
    test = function()
      return failures.Failure(reason)
    end,
    make = function()
      return unittest.TestCase("load")
    end,
  }
end

local function broken(file, reason)
  return { loader.broken(file, reason) }
end

-- Bases first, each in the order of its lines; what was taken over from elsewhere by its file.
local function testsOf(cls)
  local tests, depth, seen = {}, 0, {}
  local level = cls
  while level do
    for name, f in next, level do
      if type(name) == "string" and name:find("^test") and not seen[name] then
        seen[name] = true
        if type(f) == "function" then
          local info = debug.getinfo(f, "S")
          tests[#tests + 1] = {
            name = name, f = f, depth = depth, source = info.source, line = info.linedefined,
            where = info.short_src .. ":" .. info.linedefined,
          }
        end
      end
    end
    level, depth = rawget(level, "__base"), depth - 1
  end
  table.sort(tests, function(a, b)
    if a.depth ~= b.depth then
      return a.depth < b.depth
    elseif a.source ~= b.source then
      return a.source < b.source
    elseif a.line ~= b.line then
      return a.line < b.line
    end
    return a.name < b.name
  end)
  return tests
end

local function addClass(records, file, cls)
  for _, test in ipairs(testsOf(cls)) do
    records[#records + 1] = {
      file = file, name = cls.__name .. "." .. test.name, path = { cls }, test = test.f, where = test.where,
      make = function()
        return cls(test.name)
      end,
    }
  end
end

-- The classes in what a file returned: itself one, or a list or map of them; a map's by the line of their first test.
local function classesIn(returned)
  if class.isclass(returned) then
    return { returned }
  elseif type(returned) ~= "table" then
    return {}
  end
  local classes, others = { table.unpack(returned) }, {}
  for key, value in pairs(returned) do
    if math.type(key) ~= "integer" then
      local first = class.isclass(value) and testsOf(value)[1]
      others[#others + 1] = { value = value, line = first and first.line or 0, key = tostring(key) }
    end
  end
  table.sort(others, function(a, b)
    if a.line ~= b.line then
      return a.line < b.line
    end
    return a.key < b.key
  end)
  for _, other in ipairs(others) do
    classes[#classes + 1] = other.value
  end
  return classes
end

-- Files beside a test can be required by it.
local function addFolder(file)
  local pattern = (file:match("^(.*)[/\\]") or ".") .. "/?.lua"
  if not (";" .. package.path .. ";"):find(";" .. pattern .. ";", 1, true) then
    package.path = pattern .. ";" .. package.path
  end
end

-- An id is for one test alone: the second of the same name gets a number.
local function finish(records, file)
  local counts = {}
  for _, record in ipairs(records) do
    local count = (counts[record.name] or 0) + 1
    counts[record.name] = count
    record.file = file
    record.name = count > 1 and record.name .. " #" .. count or record.name
    record.id = file .. ":" .. record.name
    record.path = { file, table.unpack(record.path) }
  end
  return records
end

---The tests of one file. One that cannot be loaded, or has none, is a test that fails.
---@param file string
---@return TrialCase[]
function loader.loadFile(file)
  addFolder(file)
  local names, records, loaded = bdd._names()
  local chunk, message = loadfile(file, "t", setmetatable(names, { __index = _G }))
  if not chunk then
    return broken(file, message)
  end
  local ok, returned = failures.call(chunk, file)
  loaded()
  if not ok then
    return broken(file, returned)
  end
  for i, cls in ipairs(classesIn(returned)) do
    if not class.issubclass(cls, unittest.TestCase) then
      return broken(file, file .. ": item " .. i .. " of what it returned is no TestCase class: " .. tostring(cls))
    end
    addClass(records, file, cls)
  end
  if #records == 0 then
    return broken(file, file .. ": no tests: return TestCase classes or use describe and it")
  end
  return finish(records, file)
end

---The tests of a class, as if a file of that name had returned it.
---@param cls table a subclass of TestCase
---@param file? string default "memory"
---@return TrialCase[]
function loader.loadClass(cls, file)
  local records = {}
  addClass(records, file or "memory", cls)
  return finish(records, file or "memory")
end

return loader
