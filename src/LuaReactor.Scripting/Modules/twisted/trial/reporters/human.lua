-- For people: a dot or a line for each test, then what failed and why, then the counts.
local class = require("class")
local problems = require("twisted.trial.reporters._problems")

local letters = {
  passed = ".", failed = "F", error = "E", skipped = "S", todo = "T", ["unexpected success"] = "!",
}
local colours = { passed = 32, failed = 31, error = 31, skipped = 33, todo = 33, ["unexpected success"] = 31 }
local bold <const> = 1
local barWidth <const> = 20

---@overload fun(write: fun(text: string), options: {colour?: boolean, bar?: integer, verbose?: boolean, slowest?: integer}): TrialReporter
local Human = class("Human")

function Human:__init(write, options)
  self.write, self.options = write, options
  self.bad, self.notRun, self.times, self.column = {}, {}, {}, 0
  self.ended, self.failed = 0, 0
end

function Human:paint(text, colour)
  return self.options.colour and "\27[" .. colour .. "m" .. text .. "\27[0m" or text
end

-- What is being run, on a line that is written over: how far it is, how many failed, which test.
function Human:draw(id)
  local done = self.failed > 0 and ", " .. self.failed .. " failed" or ""
  local bar = ""
  if self.total then
    local filled = math.min(self.ended, self.total) * barWidth // math.max(self.total, 1)
    bar = "[" .. ("="):rep(filled) .. (" "):rep(barWidth - filled) .. "] "
    done = self.ended .. "/" .. self.total .. done
  else
    done = self.ended .. " tests" .. done
  end
  local text = bar .. done .. "  "
  -- Of a long id the end says more; the last column stays free, or the terminal would wrap.
  local space = self.options.bar - #text - 1
  text = text .. (#id > space and (space > 1 and "~" .. id:sub(-space + 1) or "") or id)
  self.shown = true
  self.write("\r" .. self:paint(text, self.failed > 0 and 31 or 32) .. "\27[K")
end

function Human:hide()
  if self.shown then
    self.shown = false
    self.write("\r\27[K")
  end
end

function Human:runStarted(info)
  self.total = info.rounds == 1 and info.count or nil
  for _, problem in ipairs(info.problems) do
    self.write(problem .. "\n")
  end
  if info.seed then
    self.write("seed " .. info.seed .. "\n")
  end
end

function Human:testStarted(record)
  if self.options.verbose then
    self.write(record.id .. " ... ")
  elseif self.options.bar then
    self:draw(record.id)
  end
end

function Human:testEnded(result)
  local colour = colours[result.outcome]
  self.ended = self.ended + 1
  self.failed = self.failed + (colour == 31 and 1 or 0)
  if self.options.verbose then
    local reason = result.reason and result.reason ~= "" and " (" .. result.reason .. ")" or ""
    self.write(self:paint(result.outcome, colour) .. reason .. "\n")
  elseif self.options.bar then
    self:draw(result.id)
  else
    self.write(self:paint(letters[result.outcome], colour))
    self.column = self.column + 1
    if self.column % 80 == 0 then
      self.write("\n")
    end
  end
  if colour == 31 then
    self.bad[#self.bad + 1] = result
  elseif result.outcome ~= "passed" then
    self.notRun[#self.notRun + 1] = result
  end
  if (self.options.slowest or 0) > 0 then
    self.times[#self.times + 1] = { id = result.id, seconds = result.seconds }
  end
end

function Human:slowest()
  table.sort(self.times, function(a, b)
    return a.seconds > b.seconds
  end)
  if #self.times > 0 then
    self.write("\nslowest:\n")
  end
  for i = 1, math.min(self.options.slowest or 0, #self.times) do
    self.write(string.format("%8.3f s  %s\n", self.times[i].seconds, self.times[i].id))
  end
end

function Human:runEnded(counts)
  self:hide()
  if self.column % 80 ~= 0 then
    self.write("\n")
  end
  for _, result in ipairs(self.notRun) do
    local reason = result.reason ~= "" and ": " .. result.reason or ""
    self.write(self:paint(result.outcome, colours[result.outcome]) .. " " .. result.id .. reason .. "\n")
  end
  for _, result in ipairs(self.bad) do
    self.write("\n" .. self:paint(result.outcome:upper(), 31) .. " " .. self:paint(result.id, bold) .. "\n")
    if result.outcome == "unexpected success" then
      self.write("  it passed, but is marked todo: " .. result.reason .. "\n")
    end
    local text = problems.text(result, "  ")
    self.write(text == "" and "" or text .. "\n")
  end
  self:slowest()
  if counts.run == 0 then
    self.write("there are no tests to run\n")
  end
  self.write(string.format("\nran %d tests in %.3f s\n", counts.run, counts.seconds))
  local last = counts.passed .. " passed, " .. counts.failed .. " failed"
  if counts.skipped > 0 then
    last = last .. ", " .. counts.skipped .. " skipped"
  end
  self.write(self:paint(last, counts.failed > 0 and 31 or 32) .. "\n")
end

return Human
