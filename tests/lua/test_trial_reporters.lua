-- What the reporters write.
local class = require("class")
local reporters = require("twisted.trial.reporters")
local stubs = require("trial_stubs")
local unittest = require("twisted.trial.unittest")

local Suite = class("Suite", unittest.TestCase)

function Suite:test_bad()
  self:assertEqual("a\xff<", 2)
end

function Suite:test_error()
  error("broken", 0)
end

function Suite:test_good() end

function Suite:test_skip()
  self:skipTest("no network")
end

function Suite:test_todo()
  self:fail("x")
end
unittest.mark(Suite.test_todo, { todo = "one day" })

function Suite:test_unexpected() end
unittest.mark(Suite.test_unexpected, { todo = "some day" })

local ReporterTests = class("ReporterTests", unittest.TestCase)

local function written(name, tests, options)
  options = options or {}
  local parts = {}
  options.reporter = require("twisted.trial.reporters." .. name)(function(text)
    parts[#parts + 1] = text
  end, options)
  stubs.run(tests, options)
  return table.concat(parts)
end

function ReporterTests:test_human()
  local text = written("human", Suite)

  self:assertEqual(text:match("^[^\n]*"), "FE.ST!")
  self:assertMatches("\n2 passed, 3 failed, 1 skipped\n$", text)
  self:assertIn('FAILED suite.lua:Suite.test_bad\n  not equal:\n  first:  "a\\xff<"\n  second: 2\n', text)
  self:assertMatches("test_trial_reporters.lua:10: [^\n]*\n\nERROR suite.lua:Suite.test_error\n  broken\n", text)
  self:assertIn("skipped suite.lua:Suite.test_skip: no network\n", text)
  self:assertIn("it passed, but is marked todo: some day", text)
  self:assertNotIn("twisted/trial", text)
  self:assertNotIn("\27", text)
end

function ReporterTests:test_humanVerboseInColourWithTimes()
  local Slow = class("Slow", unittest.TestCase)
  function Slow:test_it() end

  local text = written("human", Slow, { verbose = true, colour = true, slowest = 3 })

  self:assertMatches("^suite.lua:Slow.test_it %.%.%. \27%[32mpassed\27%[0m\n", text)
  self:assertMatches("slowest:\n   0.000 s  suite.lua:Slow.test_it\n", text)
  self:assertMatches("\27%[32m1 passed, 0 failed\27%[0m\n$", text)
end

function ReporterTests:test_tap()
  local text = written("tap", Suite, { seed = 3 })

  self:assertMatches("^TAP version 13\n# seed 3\n", text)
  self:assertMatches("\nnot ok %d %- suite.lua:Suite.test_bad\n  %-%-%-\n  outcome: failed\n  message: |\n    not equal:", text)
  self:assertMatches("\nok %d %- suite.lua:Suite.test_good\n", text)
  self:assertMatches("\nok %d %- suite.lua:Suite.test_skip # SKIP no network\n", text)
  self:assertMatches("\nnot ok %d %- suite.lua:Suite.test_todo # TODO one day\n", text)
  self:assertMatches("\n1%.%.6\n# 2 passed, 3 failed, 1 skipped\n$", text)
end

function ReporterTests:test_junit()
  local text = written("junit", Suite)

  self:assertIn('<testsuites tests="6" failures="2" errors="1" skipped="2" time="', text)
  self:assertIn('<testcase classname="suite.lua:Suite" name="test_good" time="0.000000"/>', text)
  self:assertIn('<failure type="FailTest" message="not equal:&#10;first:  &quot;a\\xff&lt;&quot;&#10;second: 2">', text)
  self:assertIn('<error type="string" message="broken">', text)
  self:assertIn('<skipped message="no network"/>', text)
end

function ReporterTests:test_junitHasNoCharactersThatXmlForbids()
  local Odd = class("Odd", unittest.TestCase)
  function Odd:test_it()
    self:fail("\0\27[1m\xff")
  end

  self:assertIn([[message="\x00\x1b[1m\xff"]], written("junit", Odd))
end

function ReporterTests:test_json()
  local lines = {}
  for line in written("json", Suite):gmatch("[^\n]+") do
    lines[#lines + 1] = line
  end

  self:assertEqual(lines[1], '{"event":"run","count":6}')
  self:assertEqual(lines[2], '{"event":"start","id":"suite.lua:Suite.test_bad"}')
  self:assertMatches('^{"event":"test","id":"suite.lua:Suite.test_bad","outcome":"failed","seconds":0.000000,', lines[3])
  self:assertIn([["message":"not equal:\nfirst:  \"a\\xff<\"\nsecond: 2","traceback":"Traceback]], lines[3])
  self:assertIn('"problems":[{"kind":"failed","phase":"test","message":"', lines[3])
  self:assertMatches('"outcome":"skipped".*"reason":"no network"}$', lines[9])
  self:assertEqual(lines[14],
    '{"event":"end","run":6,"passed":2,"failed":3,"skipped":1,"todo":1,"seconds":0.000000}')
end

function ReporterTests:test_outputGoesToAFileAndPeopleStillSeeTheRun()
  local path = self:mktemp()
  local shown = {}
  self:patch(io, "stdout", {
    write = function(_, text)
      shown[#shown + 1] = text
    end,
    flush = function() end,
  })

  local reporter = reporters.make({ reporter = "tap", output = path })
  reporter:runStarted({ count = 0, rounds = 1, problems = {} })
  reporter:runEnded({ run = 0, passed = 0, failed = 0, skipped = 0, todo = 0, seconds = 0 })

  local file = assert(io.open(path))
  self:addCleanup(file.close, file)
  self:assertEqual(file:read("a"), "TAP version 13\n1..0\n# 0 passed, 0 failed\n")
  self:assertMatches("0 passed, 0 failed\n$", table.concat(shown))
end

function ReporterTests:test_unknownReporterIsRefused()
  self:assertRaises("there is no reporter 'xml'", reporters.make, { reporter = "xml" })
end

return { ReporterTests }
