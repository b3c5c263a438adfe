-- Which tests are run, how often and in which order.
local choosing = require("twisted.trial._choosing")
local class = require("class")
local exception = require("twisted.python.exception")
local loader = require("twisted.trial.loader")
local runner = require("twisted.trial.runner")
local stubs = require("trial_stubs")
local unittest = require("twisted.trial.unittest")

local Zebra = class("Zebra", unittest.TestCase)

function Zebra:test_second() end

function Zebra:test_first() end

local Ant = class("Ant", Zebra)

function Ant:test_own() end

Ant.test_second = false

local function ids(records)
  local list = {}
  for i, record in ipairs(records) do
    list[i] = record.id
  end
  return list
end

local function both()
  local records = loader.loadClass(Zebra, "z.lua")
  return table.move(loader.loadClass(Ant, "a.lua"), 1, 2, #records + 1, records)
end

local ChoosingTests = class("ChoosingTests", unittest.TestCase)

function ChoosingTests:test_testsAreInTheOrderWrittenBasesFirst()
  self:assertEqual(ids(both()), {
    "z.lua:Zebra.test_second", "z.lua:Zebra.test_first", "a.lua:Ant.test_first", "a.lua:Ant.test_own",
  })
end

function ChoosingTests:test_filterIsTextOrPattern()
  local function chosen(filter)
    return #choosing.filter(both(), filter)
  end

  self:assertEqual(chosen("test_first"), 2)
  self:assertEqual(chosen("^a%.lua:.*own$"), 1)
  self:assertEqual(chosen({ "own", "second" }), 2)
  self:assertEqual(chosen("%"), 0)
  self:assertEqual(chosen(nil), 4)
end

function ChoosingTests:test_pickByName()
  local records = loader.loadClass(Zebra, "z.lua")

  self:assertEqual(#choosing.pick(records, { "Zebra" }), 2)
  self:assertEqual(#choosing.pick(records, { "Zebra.test_first" }), 1)
  self:assertEqual(#choosing.pick(records, { "Zeb" }), 0)
end

function ChoosingTests:test_shuffleIsTheSameForASeedAndKeepsFilesTogether()
  local orders = {}
  for seed = 1, 50 do
    local order = ids(choosing.shuffle(both(), seed))
    self:assertEqual(order, ids(choosing.shuffle(both(), seed)))
    self:assertEqual(order[1]:sub(1, 1), order[2]:sub(1, 1))
    self:assertEqual(#order, 4)
    orders[table.concat(order, " ")] = true
  end
  local count = 0
  for _ in pairs(orders) do
    count = count + 1
  end

  self:assertEqual(count, 8)
end

function ChoosingTests:test_seedIsTold()
  local _, run = stubs.run(Zebra, { seed = 42 })
  local _, other = stubs.run(Zebra, { seed = true })

  self:assertEqual(run.info.seed, 42)
  self:assertIsInstance(other.info.seed, "integer")
end

function ChoosingTests:test_repeat()
  local results = stubs.run(Zebra, { repeat_ = 3 })

  self:assertEqual(#results, 6)
end

function ChoosingTests:test_untilFailure()
  local count = 0
  local Flaky = class("Flaky", unittest.TestCase)
  function Flaky:test_it()
    count = count + 1
    self:assertLess(count, 5)
  end

  local results, run = stubs.run(Flaky, { untilFailure = true })

  self:assertEqual(#results, 5)
  self:assertEqual(run.status, 1)
end

function ChoosingTests:test_failedFileKeepsWhatWasNotRun()
  local path = self:mktemp()

  choosing.writeFailed(path, { a = true, b = true, c = false })
  choosing.writeFailed(path, { b = false, d = true })
  self:assertEqual(choosing.readFailed(path), { a = true, d = true })

  choosing.writeFailed(path, { a = false, d = false })
  self:assertEqual(io.open(path), nil)
end

-- The run from paths to results, through the real loader.
function ChoosingTests:test_mistypedPathsAndNamesFail()
  local path = self:mktemp() .. "-test.lua"
  local file = assert(io.open(path, "w"))
  file:write("it('works', function() end)")
  file:close()
  self:patch(package, "path", package.path)
  local host = stubs.host()
  host.files = {
    list = function()
      return nil, "no folder"
    end,
  }
  local outcomes = {}

  runner.start({
    host = host, failedFile = false, paths = { path .. ":works", path .. ":wroks", "nowhere" },
    reporter = {
      testEnded = function(_, result)
        outcomes[#outcomes + 1] = result.id:match("[^/]*$"):gsub("^.*%-test%.lua", "file") .. " " .. result.outcome
      end,
    },
  })
  for _ = 1, 20 do
    host.reactor:turn()
  end

  self:assertEqual(outcomes, { "nowhere error", "file:works passed", "file:wroks error" })
end

function ChoosingTests:test_unknownOptionIsRefused()
  local raised = self:assertRaises(exception.TypeError, runner.start, { filtre = "x" })

  self:assertMatches("no option 'filtre'", tostring(raised))
end

return { ChoosingTests }
