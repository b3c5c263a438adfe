-- What busted calls once for a block: setup before the first of its tests that is run, teardown after the last.
local class = require("class")
local defer = require("twisted.internet.defer")
local phase = require("twisted.trial._phase")

---Knows how many tests of each block are still to come.
---@class TrialBlocks
---@overload fun(host: TrialHost, records: TrialCase[], seconds: number, watcher?: table): TrialBlocks
local Blocks = class("Blocks")

function Blocks:__init(host, records, seconds, watcher)
  self.watcher = watcher
  self.host, self.seconds, self.left, self.failure, self.begun = host, seconds, {}, {}, {}
  for _, record in ipairs(records) do
    for _, block in ipairs(record.groups or {}) do
      self.left[block] = (self.left[block] or 0) + 1
    end
  end
end

function Blocks:call(list, block, what)
  local name = what .. " of " .. (block.name == "" and "the file" or block.name)
  for _, f in ipairs(list) do
    if self.watcher then
      self.watcher.phase(self.seconds)
    end
    local failure = defer.await(phase.run(self.host.reactor, name, self.seconds, f))[1]
    if failure then
      return failure
    end
  end
end

---To be called before a test, in a function that may wait.
---@param record TrialCase
---@return Failure|nil failure of a block's setup, for each of the block's tests
function Blocks:before(record)
  for _, block in ipairs(record.groups or {}) do
    if not self.begun[block] then
      self.begun[block] = true
      self.failure[block] = self:call(block.setUps, block, "setup")
    end
    if self.failure[block] then
      return self.failure[block]
    end
  end
end

---To be called after a test, in a function that may wait.
---@param record TrialCase
---@return Failure|nil failure of a block's teardown
function Blocks:after(record)
  local failure
  local groups = record.groups or {}
  for i = #groups, 1, -1 do
    local block = groups[i]
    self.left[block] = self.left[block] - 1
    if self.left[block] == 0 and self.begun[block] and not self.failure[block] then
      failure = self:call(block.tearDowns, block, "teardown") or failure
    end
  end
  return failure
end

return Blocks
