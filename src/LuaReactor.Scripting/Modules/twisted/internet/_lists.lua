-- Several Deferreds as one.
local class = require("class")
local deferreds = require("twisted.internet._deferred")
local errors = require("twisted.internet._errors")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")

local checkOptions = require("twisted.internet._options").check

local Deferred = deferreds.Deferred
local Failure = failure.Failure

-- One canceller that raises does not keep the others from being cancelled.
local function cancelAll(ds)
  for _, d in ipairs(ds) do
    local ok, reason = failure.call(d.cancel, d)
    if not ok then
      require("twisted.python.log").err(reason, "Exception raised from user supplied canceller")
    end
  end
end

local function checkDeferreds(ds, what)
  if type(ds) ~= "table" or class.isinstance(ds, Deferred) then
    exception.raise(exception.TypeError, what .. " needs a list of Deferreds", 3)
  end
  local list = table.move(ds, 1, #ds, 1, {})
  for i, d in ipairs(list) do
    if not class.isinstance(d, Deferred) then
      exception.raise(exception.TypeError,
        what .. ": item " .. i .. " of the list is not a Deferred but a " .. type(d), 3)
    end
  end
  return list
end

---Fires when all of a list have fired, with a list of `{success, result or Failure}` in the order given.
---Cancelling it cancels all of them. An unknown option raises TypeError.
---
---* `fireOnOneCallback`: fires at the first result, with `{result, index}`, the index from 1
---* `fireOnOneErrback`: fails at the first failure, with FirstError (`subFailure`, `index`)
---* `consumeErrors`: the failures count as handled
---@class DeferredList: Deferred
---@field resultList table[]
---@field finishedCount integer
---@overload fun(ds: Deferred[], options?: {fireOnOneCallback?: boolean, fireOnOneErrback?: boolean, consumeErrors?: boolean}): DeferredList
local DeferredList = class("DeferredList", Deferred)

local listOptions = { fireOnOneCallback = true, fireOnOneErrback = true, consumeErrors = true }

class.constructor(DeferredList, function(cls, ds, options)
  local list = checkDeferreds(ds, "DeferredList")
  checkOptions(options, listOptions, "DeferredList")
  local self = Deferred()
  setmetatable(self, cls):__init(list, options or {})
  return self
end)

function DeferredList:__init(ds, options)
  self.resultList, self.finishedCount = {}, 0
  self._options, self._deferreds = options, ds
  if #ds == 0 and not options.fireOnOneCallback then
    self:callback(self.resultList)
  end
  for i, d in ipairs(ds) do
    d:addCallbacks(function(result)
      return self:_collect(true, result, i)
    end, function(reason)
      return self:_collect(false, reason, i)
    end)
  end
end

function DeferredList:_collect(succeeded, result, index)
  local options = self._options
  self.resultList[index] = { succeeded, result }
  self.finishedCount = self.finishedCount + 1
  if not self.called then
    if succeeded and options.fireOnOneCallback then
      self:callback({ result, index })
    elseif not succeeded and options.fireOnOneErrback then
      self:errback(Failure(errors.FirstError(result, index), result.traceback))
    elseif self.finishedCount == #self._deferreds then
      self:callback(self.resultList)
    end
  end
  if not succeeded and options.consumeErrors then
    return nil
  end
  return result
end

---Cancels every Deferred of the list, unless the list has fired.
function DeferredList:cancel()
  if not self.called then
    cancelAll(self._deferreds)
  else
    Deferred.cancel(self)
  end
end

local module = { DeferredList = DeferredList }

---Fires with the list of results when all have succeeded (`#` does not count nils at its end); fails with FirstError
---when one fails.
---@param ds Deferred[]
---@param options? {consumeErrors?: boolean}
---@return Deferred
function module.gatherResults(ds, options)
  checkDeferreds(ds, "gatherResults")
  checkOptions(options, { consumeErrors = true }, "gatherResults")
  local list = DeferredList(ds, { fireOnOneErrback = true, consumeErrors = options and options.consumeErrors })
  return list:addCallback(function(pairsOfResults)
    local results = {}
    for i, pair in ipairs(pairsOfResults) do
      results[i] = pair[2]
    end
    return results
  end)
end

---Fires with `{index, result}` of the first to succeed and cancels the others; fails with FailureGroup when all fail.
---@param ds Deferred[]
---@return Deferred
function module.race(ds)
  local list = checkDeferreds(ds, "race")
  local failures, failedCount = {}, 0
  local final = Deferred(function()
    cancelAll(list)
  end)
  local won = false
  for i, d in ipairs(list) do
    d:addCallbacks(function(result)
      if won then
        return
      end
      won = true
      for j, other in ipairs(list) do
        if j ~= i then
          cancelAll({ other })
        end
      end
      if not final.called then
        final:callback({ i, result })
      end
    end, function(reason)
      failures[i] = reason
      failedCount = failedCount + 1
      if failedCount == #list and not final.called then
        final:errback(Failure(errors.FailureGroup(failures)))
      end
    end)
  end
  return final
end

return module
