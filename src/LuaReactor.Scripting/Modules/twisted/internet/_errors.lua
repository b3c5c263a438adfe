-- The errors of twisted.internet.defer.
local class = require("class")
local exception = require("twisted.python.exception")

local Exception = exception.Exception

local function declare(name, base, text)
  local cls = class(name, base)
  cls._text = text
  return cls
end

---The first failure among several Deferreds.
---@class FirstError: Exception
---@field index integer which Deferred of the list failed, from 1
---@field subFailure Failure its failure
---@overload fun(failure: Failure, index: integer): FirstError
local FirstError = class("FirstError", Exception)

function FirstError:__init(failure, index)
  Exception.__init(self, failure, index)
  self.subFailure, self.index = failure, index
end

function FirstError:_describe()
  return string.format("FirstError[#%d, %s]", self.index, tostring(self.subFailure))
end

function FirstError.__eq(a, b)
  return class.typeOf(a) == class.typeOf(b) and a.index == b.index and a.subFailure == b.subFailure
end

---All the Deferreds of a race failed.
---@class FailureGroup: Exception
---@field failures Failure[] in the order of the Deferreds
---@overload fun(failures: Failure[]): FailureGroup
local FailureGroup = class("FailureGroup", Exception)

function FailureGroup:__init(failures)
  Exception.__init(self, failures)
  self.failures = failures
end

function FailureGroup:_describe()
  local shown = {}
  for i, failure in ipairs(self.failures) do
    shown[i] = tostring(failure)
  end
  return "All failed: " .. table.concat(shown, ", ")
end

return {
  AlreadyCalledError = declare("AlreadyCalledError", Exception, "This Deferred has been fired already."),
  CancelledError = declare("CancelledError", Exception, "The Deferred was cancelled."),
  TimeoutError = declare("TimeoutError", Exception, "The Deferred took too long."),
  NoCurrentExceptionError = declare("NoCurrentExceptionError", Exception,
    "errback() needs the failure or error to pass on: there is no current exception in Lua."),
  -- What was given to `ensureDeferred` is neither a coroutine nor a function nor a Deferred.
  NotACoroutineError = declare("NotACoroutineError", exception.TypeError),
  QueueOverflow = declare("QueueOverflow", Exception, "The queue is full."),
  QueueUnderflow = declare("QueueUnderflow", Exception, "Too many are waiting for the queue already."),
  FirstError = FirstError,
  FailureGroup = FailureGroup,
}
