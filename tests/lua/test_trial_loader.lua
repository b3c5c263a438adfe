-- Finding and loading test files, and busted's names in them.
local class = require("class")
local defer = require("twisted.internet.defer")
local files = require("luareactor.files")
local finding = require("twisted.trial._finding")
local loader = require("twisted.trial.loader")
local stubs = require("trial_stubs")
local unittest = require("twisted.trial.unittest")

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local FindingTests = class("FindingTests", unittest.TestCase)

function FindingTests:test_namesAndFolders()
  local tree = {
    ["."] = { { name = "test_a.lua" }, { name = "a.lua" }, { name = "sub", directory = true }, { name = ".git", directory = true } },
    sub = { { name = "b_spec.lua" }, { name = "test_c.txt" } },
    [".git"] = { { name = "test_no.lua" } },
  }
  local fake = {
    list = function(path)
      return tree[path], "no such folder"
    end,
  }

  self:assertEqual({ finding.find(fake, { "." }) }, { { "test_a.lua", "sub/b_spec.lua" }, {}, {} })
  self:assertEqual({ finding.find(fake, { "./sub/", "sub", "other.lua", "nowhere" }) },
    { { "sub/b_spec.lua", "other.lua" }, {}, { "nowhere" } })
  self:assertEqual({ finding.find(fake, { "x.lua:A", "x.lua:B.test_c" }) },
    { { "x.lua" }, { ["x.lua"] = { "A", "B.test_c" } }, {} })
end

local LoadingTests = class("LoadingTests", unittest.TestCase)

function LoadingTests:load(text)
  local folder = self:mktemp()
  assert(files.makeFolder(folder))
  local path = folder .. "/test_it.lua"
  write(path, text)
  local before = package.path
  self:addCleanup(function()
    package.path = before
  end)
  local records = loader.loadFile(path)
  local names = {}
  for i, record in ipairs(records) do
    names[i] = record.id:sub(#folder + 2)
  end
  return records, names, folder
end

local head = [[
  local class = require("class")
  local unittest = require("twisted.trial.unittest")
  local A, B = class("A", unittest.TestCase), class("B", unittest.TestCase)
  function B:test_b() end
  function A:test_a() end
]]

function LoadingTests:test_aFileReturnsClasses()
  for text, expected in pairs({
    ["return A"] = { "test_it.lua:A.test_a" },
    ["return { A, B }"] = { "test_it.lua:A.test_a", "test_it.lua:B.test_b" },
    ["return { A = A, B = B }"] = { "test_it.lua:B.test_b", "test_it.lua:A.test_a" },
  }) do
    local _, names = self:load(head .. text)
    self:assertEqual(names, expected, text)
  end
end

function LoadingTests:test_whatCannotBeLoadedFails()
  for text, message in pairs({
    ["return ("] = "unexpected symbol",
    ["error('broken')"] = "broken",
    ["return {}"] = "no tests",
    ["return { 3 }"] = "item 1 of what it returned is no TestCase class",
    ["describe('x', function() error('in the block') end)"] = "in the block",
  }) do
    local records, names = self:load(text)
    local results = stubs.run(records)
    self:assertEqual(names, { "test_it.lua" })
    self:assertEqual(results[1].outcome, "error")
    self:assertMatches(message, stubs.message(results[1]))
  end
end

function LoadingTests:test_missingFileFails()
  local results = stubs.run(loader.loadFile("no/such/test_file.lua"))

  self:assertEqual(results[1].outcome, "error")
end

function LoadingTests:test_noNewGlobals()
  self:load("leaked = true; it('x', function() end)")

  self:assertIsNone(rawget(_G, "leaked"))
  self:assertIsNone(rawget(_G, "describe"))
  self:assertIsInstance(_G.assert, "function")
end

function LoadingTests:test_filesBesideItCanBeRequired()
  local _, _, folder = self:load("it('x', function() end)")
  write(folder .. "/beside_the_test.lua", "return 7")

  self:assertEqual(require("beside_the_test"), 7)
end

local BddTests = class("BddTests", LoadingTests)

-- Only the helper is wanted, not its tests.
for name in pairs(LoadingTests) do
  if type(name) == "string" and name:find("^test_") then
    BddTests[name] = false
  end
end

function BddTests:test_blocksNestAndHooksRunAround()
  local records, names = self:load([[
    local ran = {}
    _G.trialBddRan = ran
    local function note(what) return function() ran[#ran + 1] = what end end
    setup(note("S"))
    describe("outer", function()
      setup(note("s"))
      before_each(note("b"))
      after_each(note("a"))
      it("one", note("1"))
      describe("inner", function()
        before_each(note("b2"))
        after_each(note("a2"))
        it("two", function() finally(note("f")) note("2")() error("two broke") end)
      end)
      teardown(note("t"))
    end)
    it("one", note("3"))
    it("one", note("4"))
    teardown(note("T"))
  ]])
  self:addCleanup(rawset, _G, "trialBddRan", nil)
  local ran = _G.trialBddRan

  local results = stubs.run(records)

  self:assertEqual(names,
    { "test_it.lua:outer one", "test_it.lua:outer inner two", "test_it.lua:one", "test_it.lua:one #2" })
  self:assertEqual(table.concat(ran, " "), "S s b 1 a b b2 2 f a2 a t 3 4 T")
  self:assertEqual(stubs.outcomes(results), { "passed", "error", "passed", "passed" })
end

function BddTests:test_pending()
  local results = stubs.run((self:load([[
    pending("a")
    it("b")
    it("c", function() pending("not now") end)
  ]])))

  self:assertEqual(stubs.outcomes(results), { "skipped", "skipped", "skipped" })
  self:assertEqual(results[3].reason, "not now")
end

function BddTests:test_itMayWait()
  local results = stubs.run((self:load([[
    local defer = require("twisted.internet.defer")
    it("awaits", function() assert.equal(3, defer.await(defer.succeed(3))) end)
    it("returns", function() return defer.fail("no") end)
    it("gets the case", function(self) self:assertEqual(1, 1) end)
  ]])))

  self:assertEqual(stubs.outcomes(results), { "passed", "error", "passed" })
end

function BddTests:test_failedSetupFailsEachTestOfTheBlock()
  local results = stubs.run((self:load([[
    describe("x", function()
      setup(function() error("setup broke") end)
      it("a", function() end)
      it("b", function() end)
    end)
    it("c", function() end)
  ]])))

  self:assertEqual(stubs.outcomes(results), { "error", "error", "passed" })
  self:assertMatches("setup broke", stubs.message(results[2]))
end

local AssertTests = class("AssertTests", unittest.TestCase)

function AssertTests:setUp()
  self.says = require("twisted.trial._says")
end

function AssertTests:test_whatHolds()
  local says = self.says
  self:assertEqual(says(1, 2), 1)
  says.equal(1, 1)
  says.are.equal("a", "a")
  says.are_not.equal({}, {})
  says.same({ 1, { 2 } }, { 1, { 2 } })
  says.are_not_same({ 1 }, { 2 })
  says.is_true(true)
  says.is_not_true(1)
  says.is_false(false)
  says.is_nil(nil)
  says.is_not_nil(1)
  says.is.Not.falsy(1)
  says.truthy(0)
  says.is_table({})
  says.has_error(error)
  says.has_error(function()
    error("boo")
  end, "boo")
  says.has_no.errors(function() end)
  says.error_matches(function()
    error("boo 12")
  end, "%d+")
  says.near(1, 1.1, 0.2)
  says.matches("b+", "abba")
end

function AssertTests:test_whatFails()
  local says = self.says
  local function refused(f, ...)
    return tostring(self:assertRaises(unittest.FailTest, f, ...))
  end

  self:assertEqual(refused(says.equal, 1, 2), "not equal:\nexpected: 1\nactual:   2")
  self:assertIn("at [1]: 1 is not 2", refused(says.same, { 1 }, { 2 }))
  self:assertEqual(refused(says.is_true, 1), "1 is not true")
  self:assertEqual(refused(says.has_error, function() end), "no error was raised")
  self:assertEqual(refused(says.is_not_nil, nil), "nil, but should not be")
  self:assertRaises("assertion failed!", says, false)
  self:assertRaises("there is no assert.is_purple", function()
    return says.is_purple
  end)
end

function AssertTests:test_sameLooksIntoObjectsOfOneClass()
  local Point = class("Point")
  local a, b = Point(), Point()
  a.at, b.at = { 1 }, { 1 }

  self.says.same(a, b)
  self.says.are_not.equal(a, b)
  b.at[1] = 2
  self.says.are_not.same(a, b)
end

function AssertTests:test_waitingInHasError()
  self.says.has_error(function()
    defer.await(defer.fail("no"))
  end)
end

return { FindingTests, LoadingTests, BddTests, AssertTests }
