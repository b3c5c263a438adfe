-- The assertions about Deferreds.
local defer = require("twisted.internet.defer")
local errors = require("twisted.trial._errors")
local failures = require("twisted.python.failure")
local pretty = require("pretty")

---@class TestCase
local Assertions = {}

local function fail(message)
  error(errors.FailTest(message), 0)
end

local function names(classes)
  local shown = {}
  for i, cls in ipairs(classes) do
    shown[i] = type(cls) == "string" and cls or cls.__name
  end
  return table.concat(shown, " or ")
end

-- The result there is now, taken out of the Deferred.
local function take(d, method)
  if type(d) ~= "table" or type(d.addBoth) ~= "function" then
    fail(method .. " needs a Deferred, got " .. pretty(d))
  end
  local has, result = false, nil
  d:addBoth(function(value)
    has, result = true, value
  end)
  return has, result
end

---The result of a Deferred that must have fired by now; it is nil there afterwards.
---@param d Deferred
---@return any result
function Assertions:successResultOf(d)
  local has, result = take(d, "successResultOf")
  if not has then
    fail("a result was expected of " .. tostring(d) .. ", but it has none yet")
  elseif failures.isFailure(result) then
    fail("a result was expected of the Deferred, but it failed:\n" .. result:getTraceback())
  end
  return result
end

---The Failure of a Deferred that must have failed by now; it is handled with that.
---@param d Deferred
---@param ... table|string the classes it may be of; any when none is given
---@return Failure
function Assertions:failureResultOf(d, ...)
  local has, result = take(d, "failureResultOf")
  local wanted = select("#", ...) == 0 and "a failure" or "a failure of type " .. names({ ... })
  if not has then
    fail(wanted .. " was expected of " .. tostring(d) .. ", but it has no result yet")
  elseif not failures.isFailure(result) then
    fail(wanted .. " was expected of the Deferred, but it has the result " .. pretty(result))
  elseif select("#", ...) > 0 and not result:check(...) then
    fail(wanted .. " was expected of the Deferred, but it has another:\n" .. result:getTraceback())
  end
  return result
end

---A Deferred that must not have fired yet.
---@param d Deferred
function Assertions:assertNoResult(d)
  local result
  local has = false
  d:addBoth(function(value)
    has, result = true, value
    return value
  end)
  if has then
    d:addErrback(function() end)
    fail("no result was expected of the Deferred, but it has "
      .. (failures.isFailure(result) and "a failure:\n" .. result:getTraceback() or pretty(result)))
  end
end

---A Deferred that must fail later on. Return or await what this returns.
---@param d Deferred
---@param ... table|string the classes it may be of; any when none is given
---@return Deferred deferred fires with the error, or fails with FailTest
function Assertions:assertFailure(d, ...)
  local classes = { ... }
  return d:addCallbacks(function(result)
    fail("did not catch an error, instead got " .. pretty(result))
  end, function(failure)
    if #classes > 0 and not failure:check(table.unpack(classes)) then
      fail("expected " .. names(classes) .. ", got:\n" .. failure:getTraceback())
    end
    return failure.value
  end)
end

---The errors logged so far in this test, which then do not fail it. Failures that nobody handled are among them.
---@param ... table|string the classes to take; all when none is given
---@return Failure[]
function Assertions:flushLoggedErrors(...)
  defer._reportUnhandled()
  local taken, kept = {}, {}
  for _, logged in ipairs(self._logged) do
    local wanted = select("#", ...) == 0 or logged:check(...)
    local list = wanted and taken or kept
    list[#list + 1] = logged
  end
  -- In place: whoever watches the log adds to this very table.
  table.move(kept, 1, math.max(#kept, #self._logged), 1, self._logged)
  return taken
end

return Assertions
