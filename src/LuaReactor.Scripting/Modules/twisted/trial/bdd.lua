-- busted's names on trial's runner: a block is a class of tests, an `it` is a test on an object of it.
-- Every function may return a Deferred or wait; those of `it`, before_each and after_each get the TestCase.
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.trial._errors")
local unittest = require("twisted.trial.unittest")

---@class BddBlock
---@field name string
---@field outer BddBlock|nil
---@field records TrialCase[] the whole file's, in the order written

local function newBlock(name, outer, records)
  local block = {
    name = name, outer = outer, records = records, path = {},
    beforeEach = {}, afterEach = {}, setUps = {}, tearDowns = {},
  }
  for i, step in ipairs(outer and outer.path or {}) do
    block.path[i] = step
  end
  block.path[#block.path + 1] = block
  return block
end

-- The blocks around a test, outermost first, call what comes before it; what comes after it is a cleanup.
local function classOf(block)
  local cls = class("describe", unittest.TestCase)
  function cls:setUp()
    for _, each in ipairs(block.path) do
      for i = #each.afterEach, 1, -1 do
        self:addCleanup(each.afterEach[i], self)
      end
      for _, f in ipairs(each.beforeEach) do
        defer.await(f(self))
      end
    end
  end
  return cls
end

local function fullName(block, name)
  local names = {}
  for _, each in ipairs(block.path) do
    if each.name ~= "" then
      names[#names + 1] = each.name
    end
  end
  names[#names + 1] = name
  return table.concat(names, " ")
end

local function needFunction(what, f)
  if type(f) ~= "function" then
    error(what .. " needs a function, got " .. type(f), 3)
  end
end

local bdd = {}

---The names for one test file, and what it has registered with them.
---@return table names for the file's environment
---@return TrialCase[] records
---@return fun() loaded to be called when the file has been loaded
function bdd._names()
  local records = {}
  local block = newBlock("", nil, records)
  local isLoading, running = true, nil

  local function add(name, test, original)
    local info = original and debug.getinfo(original, "S")
    block.class = block.class or classOf(block)
    local cls = block.class
    records[#records + 1] = {
      name = fullName(block, name), path = block.path, groups = block.path, test = test,
      where = info and info.short_src .. ":" .. info.linedefined or nil,
      make = function()
        running = cls(name)
        return running
      end,
    }
  end

  local function pending(name, reason)
    if not isLoading then
      error(errors.SkipTest(name or "pending"), 0)
    end
    add(name, unittest.mark(function() end, { skip = type(reason) == "string" and reason or "pending" }))
  end

  local function describe(name, f)
    needFunction("describe", f)
    local outer = block
    block = newBlock(tostring(name), outer, records)
    f()
    block = outer
  end

  local function it(name, f)
    if f == nil then
      return pending(name)
    end
    needFunction("it", f)
    -- A function of its own for each test, so that a mark is of one test alone.
    add(name, function(self)
      return f(self)
    end, f)
  end

  local function into(list)
    return function(f)
      needFunction(list, f)
      table.insert(block[list], f)
    end
  end

  local names = {
    describe = describe, context = describe, it = it, spec = it, test = it, pending = pending,
    before_each = into("beforeEach"), after_each = into("afterEach"),
    setup = into("setUps"), teardown = into("tearDowns"),
    finally = function(f)
      running:addCleanup(f)
    end,
    assert = require("twisted.trial._says"),
  }
  return names, records, function()
    isLoading = false
  end
end

return bdd
