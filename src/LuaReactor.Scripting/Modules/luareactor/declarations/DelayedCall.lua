---A call that is to come: what `reactor.callLater` returns.
---@class DelayedCall
local DelayedCall = {}

---Calls it off. Raises AlreadyCalled or AlreadyCancelled when there is nothing left to call off.
function DelayedCall:cancel() end

---Makes it due so many seconds from now. Raises as `cancel` does.
---@param seconds number finite, 0 or more
function DelayedCall:reset(seconds) end

---Makes it due so many seconds later than it was; fewer than 0 make it earlier. Raises as `cancel` does.
---@param seconds number finite
function DelayedCall:delay(seconds) end

---Whether it is still to come; false inside the call itself.
---@return boolean
function DelayedCall:active() end

---When it is due, in the reactor's seconds.
---@return number
function DelayedCall:getTime() end

return DelayedCall
