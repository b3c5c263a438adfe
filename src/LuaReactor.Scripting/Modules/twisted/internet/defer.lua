-- Deferreds: results that come later, and functions that wait for them. Twisted's `defer`, all of it in one place.
local deferreds = require("twisted.internet._deferred")
local errors = require("twisted.internet._errors")
local inline = require("twisted.internet._inline")
local lists = require("twisted.internet._lists")
local locks = require("twisted.internet._locks")

local defer = {}

for _, part in ipairs({ deferreds, errors, lists, locks }) do
  for name, value in pairs(part) do
    defer[name] = value
  end
end

defer.inlineCallbacks = inline.inlineCallbacks
defer.ensureDeferred = inline.ensureDeferred
defer.await = inline.await

---Logs a failure and gives it back. For `d:addErrback(defer.logError)` on the way.
---@param failure Failure
---@return Failure
function defer.logError(failure)
  require("twisted.python.log").err(failure)
  return failure
end

---Fails a Deferred with TimeoutError.
---@param deferred Deferred
function defer.timeout(deferred)
  deferred:errback(errors.TimeoutError("Callback timed out"))
end

-- The host sets `defer._blockingAwait`; it is kept where `await` looks for it.
return setmetatable(defer, {
  __index = function(_, name)
    if name == "_blockingAwait" then
      return inline._blockingAwait
    end
  end,
  __newindex = function(self, name, value)
    if name == "_blockingAwait" then
      inline._blockingAwait = value
    else
      rawset(self, name, value)
    end
  end,
})
