-- JUnit's XML, as build servers read it: one suite for the run, a testcase for each test.
local class = require("class")
local problems = require("twisted.trial.reporters._problems")

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["\n"] = "&#10;", ["\t"] = "&#9;" }

-- XML 1.0 has no way to write most control characters, nor U+FFFE, nor bytes that are no UTF-8.
local function escape(text)
  if not utf8.len(text) then
    text = text:gsub("[\x80-\xff]", function(byte)
      return string.format("\\x%02x", byte:byte())
    end)
  end
  text = text:gsub("[%z\1-\8\11-\31]", function(byte)
    return string.format("\\x%02x", byte:byte())
  end)
  return (text:gsub('[&<>"\n\t]', entities))
end

---@overload fun(write: fun(text: string)): TrialReporter
local JUnit = class("JUnit")

function JUnit:__init(write)
  self.write, self.cases, self.failures, self.errors = write, {}, 0, 0
end

local function split(id)
  local file, owner, name = id:match("^(.-%.lua):(.-)%.([%w_]+)$")
  if file then
    return file .. ":" .. owner, name
  end
  file, name = id:match("^(.-%.lua):(.*)$")
  return file or id, name or id
end

function JUnit:testEnded(result)
  local owner, name = split(result.id)
  local line = string.format('  <testcase classname="%s" name="%s" time="%.6f"', escape(owner), escape(name), result.seconds)
  local outcome, body = result.outcome, nil
  if outcome == "failed" or outcome == "error" then
    local tag = outcome == "failed" and "failure" or "error"
    local count = outcome == "failed" and "failures" or "errors"
    self[count] = self[count] + 1
    local failure = result.problems[1].failure
    local kind = type(failure.type) == "table" and failure.type.__name or failure.type
    body = string.format('<%s type="%s" message="%s">%s</%s>', tag, escape(kind),
      escape(problems.message(result.problems[1])), escape(problems.text(result)), tag)
  elseif outcome == "unexpected success" then
    self.failures = self.failures + 1
    body = string.format('<failure type="UnexpectedSuccess" message="todo: %s"/>', escape(result.reason))
  elseif outcome == "skipped" or outcome == "todo" then
    body = string.format('<skipped message="%s"/>', escape(outcome == "todo" and "todo: " .. result.reason or result.reason))
  end
  self.cases[#self.cases + 1] = body and line .. ">" .. body .. "</testcase>" or line .. "/>"
end

function JUnit:runEnded(counts)
  local numbers = string.format('tests="%d" failures="%d" errors="%d" skipped="%d" time="%.6f"',
    counts.run, self.failures, self.errors, counts.skipped + counts.todo, counts.seconds)
  self.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ' .. numbers .. '>\n<testsuite name="luareactor" '
    .. numbers .. ">\n" .. table.concat(self.cases, "\n") .. (#self.cases > 0 and "\n" or "") .. "</testsuite>\n</testsuites>\n")
end

return JUnit
