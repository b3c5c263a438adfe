-- Reports a failure that nobody handled once its Deferred is gone.
-- Only a Deferred whose last result is a failure has a sentinel, so that success costs nothing.
local where = require("twisted.internet._where")

local sentinelType = {}

local function report(sentinel)
  local log = require("twisted.python.log")
  local why = "Unhandled error in Deferred:"
  local made = where.describe(sentinel.made)
  if made then
    why = why .. "\n(the Deferred was made by " .. made .. ")"
  end
  log.err(sentinel.failure, why)
end

function sentinelType.__gc(sentinel)
  if sentinel.failure then
    -- A finalizer that raises only gives a warning, and there is nowhere else to tell of a broken log.
    pcall(report, sentinel)
  end
end

local unhandled = {}

---Remembers the failure of a Deferred, to be reported unless it is disarmed before the Deferred is collected.
function unhandled.arm(deferred, failure)
  local sentinel = deferred._sentinel
  if sentinel then
    sentinel.failure = failure
  else
    deferred._sentinel = setmetatable({ failure = failure, made = deferred._made }, sentinelType)
  end
end

function unhandled.disarm(deferred)
  local sentinel = deferred._sentinel
  if sentinel then
    sentinel.failure = nil
    deferred._sentinel = nil
  end
end

---Collects all garbage now, so that what nobody handled is reported.
function unhandled.reportAll()
  -- What is finalized in the first round is free only in the second, and what it held is finalized there.
  collectgarbage()
  collectgarbage()
end

return unhandled
