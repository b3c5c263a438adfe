-- TAP, version 13: https://testanything.org/tap-version-13-specification.html
local class = require("class")
local problems = require("twisted.trial.reporters._problems")

local isOk = { passed = true, skipped = true, todo = false, ["unexpected success"] = true }

---@overload fun(write: fun(text: string)): TrialReporter
local Tap = class("Tap")

function Tap:__init(write)
  self.write, self.count = write, 0
end

-- A '#' would begin a directive, and a line ends with its line.
local function plain(text)
  return (text:gsub("[\r\n]+", " "):gsub("#", "\\#"))
end

function Tap:runStarted(info)
  self.write("TAP version 13\n")
  for _, problem in ipairs(info.problems) do
    self.write("# " .. problem .. "\n")
  end
  if info.seed then
    self.write("# seed " .. info.seed .. "\n")
  end
end

function Tap:testEnded(result)
  self.count = self.count + 1
  local line = (isOk[result.outcome] and "ok " or "not ok ") .. self.count .. " - " .. plain(result.id)
  if result.outcome == "skipped" then
    line = line .. " # SKIP " .. plain(result.reason)
  elseif result.reason then
    line = line .. " # TODO " .. plain(result.reason)
  end
  self.write(line .. "\n")
  if #result.problems > 0 then
    self.write("  ---\n  outcome: " .. result.outcome .. "\n  message: |\n" .. problems.text(result, "    ") .. "\n  ...\n")
  end
end

function Tap:runEnded(counts)
  self.write("1.." .. self.count .. "\n# " .. counts.passed .. " passed, " .. counts.failed .. " failed"
    .. (counts.skipped > 0 and ", " .. counts.skipped .. " skipped" or "") .. "\n")
end

return Tap
