-- How many tests passed and failed.
local failing = { failed = true, error = true, ["unexpected success"] = true }

local counts = {}

---@param outcome string
---@return boolean
function counts.isFailure(outcome)
  return failing[outcome] or false
end

---@return {run: integer, passed: integer, failed: integer, skipped: integer, todo: integer, seconds: number}
function counts.new()
  return { run = 0, passed = 0, failed = 0, skipped = 0, todo = 0, seconds = 0 }
end

---@param total table what `new` gave
---@param outcome string
function counts.add(total, outcome)
  local name = failing[outcome] and "failed" or outcome
  total.run = total.run + 1
  total[name] = total[name] + 1
  -- An expected failure is as it should be.
  if name == "todo" then
    total.passed = total.passed + 1
  end
end

return counts
