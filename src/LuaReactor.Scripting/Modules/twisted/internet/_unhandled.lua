-- Reports a failure that nobody handled once its Deferred is gone.
-- Only a Deferred whose last result is a failure has a sentinel, so that success costs nothing.
local where = require("twisted.internet._where")

local sentinelType = {}

-- How many failures wait for somebody to handle them, and whether the host knows that some do.
local pending, isHostTold = 0, false
local tellHost

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
    pending = pending - 1
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
    deferred._sentinel = setmetatable({ failure = failure, made = deferred._made or deferred[3] }, sentinelType)
    pending = pending + 1
    if not isHostTold and tellHost then
      isHostTold = true
      tellHost()
    end
  end
end

function unhandled.disarm(deferred)
  local sentinel = deferred._sentinel
  if sentinel then
    sentinel.failure = nil
    deferred._sentinel = nil
    pending = pending - 1
  end
end

---Collects all garbage now, so that what nobody handled is reported.
function unhandled.reportAll()
  -- What is finalized in the first round is free only in the second, and what it held is finalized there.
  collectgarbage()
  collectgarbage()
end

---Sets what tells the host that failures are waiting: it is to call `unhandled.collect` when it has nothing to do.
---@param f fun()
function unhandled.setHost(f)
  tellHost = f
  isHostTold = pending > 0
  if isHostTold then
    f()
  end
end

---Reports the failures that are lost, at the price of a collection, or two when there were some.
---@return boolean found whether there were
---@return boolean more whether others wait that are not lost
function unhandled.collect()
  local before = pending
  if before > 0 then
    collectgarbage()
    if pending < before then
      collectgarbage()
    end
  end
  isHostTold = pending > 0
  return pending < before, isHostTold
end

return unhandled
