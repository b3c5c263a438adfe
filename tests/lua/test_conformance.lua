-- Each case of Twisted's own tests in tests/conformance.txt has a test here, or a reason in tests/not-applicable.txt.
local class = require("class")
local conformance = require("conformance")
local loader = require("twisted.trial.loader")
local unittest = require("twisted.trial.unittest")

local ownFile = debug.getinfo(1, "S").source:sub(2)
local folder = ownFile:match("^(.*)[/\\]") or "."

local function read(name)
  local file = assert(io.open(folder .. "/../" .. name))
  local text = file:read("a")
  file:close()
  return text
end

-- The tests in the files beside this one, `Class.test_name`.
local function ourTests()
  local tests = {}
  for _, entry in ipairs(require("luareactor.files").list(folder)) do
    local path = folder .. "/" .. entry.name
    if entry.name:find("^test_.*%.lua$") and path ~= ownFile then
      for _, record in ipairs(loader.loadFile(path)) do
        tests[#tests + 1] = record.name
      end
    end
  end
  return tests
end

local ConformanceTests = class("ConformanceTests", unittest.TestCase)

function ConformanceTests:test_eachCaseHasATestOrAReason()
  local reasons, malformed = conformance.reasons(read("not-applicable.txt"))

  local covered, problems = conformance.compare(conformance.cases(read("conformance.txt")), ourTests(), reasons)

  self:assertEqual(malformed, {})
  self:assertEqual(table.concat(problems, "\n"), "")
  self:assertTrue(covered >= 450, covered .. " cases are covered")
end

function ConformanceTests:test_theListIsWhole()
  self:assertEqual(#conformance.cases(read("conformance.txt")), 554)
end

local CompareTests = class("CompareTests", unittest.TestCase)

local function compare(cases, tests, reasons)
  local read, malformed = conformance.reasons(reasons)
  local covered, problems = conformance.compare(conformance.cases(cases), tests, read)
  return { covered = covered, problems = table.concat(malformed, "\n") .. table.concat(problems, "\n") }
end

function CompareTests:test_theFirstLetterMayDiffer()
  self:assertEqual(compare("m/A: One, _two,\n  three\n", { "A.test_one", "A.test_two", "A.test_three" }, ""),
    { covered = 3, problems = "" })
end

function CompareTests:test_theClassCounts()
  self:assertEqual(compare("m/A: one\nm/B: one", { "B.test_one" }, ""),
    { covered = 1, problems = "no test and no reason: A.one" })
end

function CompareTests:test_aMixinsCaseIsWantedInEachClass()
  self:assertEqual(compare("m/Mixin [A B]: one", { "A.test_one" }, ""),
    { covered = 0, problems = "no test and no reason: B.one" })
end

function CompareTests:test_aReasonExcuses()
  self:assertEqual(compare("m/A: one, two", { "A.test_one" }, "# why\nA.two: there is no two in Lua\n"),
    { covered = 1, problems = "" })
end

function CompareTests:test_aReasonIsNeeded()
  local found = compare("m/A: one", {}, "A.one: \n")

  self:assertIn("not `Class.name: reason`: A.one", found.problems)
  self:assertIn("no test and no reason: A.one", found.problems)
end

function CompareTests:test_aReasonForWhatIsTested()
  self:assertEqual(compare("m/A: one", { "A.test_one" }, "A.one: cannot be done").problems,
    "tested and listed as not applicable: A.one")
end

function CompareTests:test_aReasonForNothing()
  self:assertEqual(compare("m/A: one", { "A.test_one" }, "A.other: gone\nA.other: gone").problems,
    "listed twice: A.othernot applicable, but no such case: A.other")
end

return { ConformanceTests, CompareTests }
