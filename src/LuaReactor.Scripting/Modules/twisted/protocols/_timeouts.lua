-- Connections on which nothing happens for too long.
local class = require("class")
local wrapping = require("twisted.protocols._wrapping")

local ProtocolWrapper, WrappingFactory = wrapping.ProtocolWrapper, wrapping.WrappingFactory
local halfAnHour <const> = 30 * 60

local function cancel(call)
  if call and call:active() then
    call:cancel()
  end
end

---A protocol of a TimeoutFactory: closes its connection when nothing was read or written for a while.
---@class TimeoutProtocol: ProtocolWrapper
---@field timeoutPeriod number|nil seconds
---@field timeoutCall DelayedCall|nil
---@overload fun(factory: TimeoutFactory, wrappedProtocol: Protocol, timeoutPeriod?: number): TimeoutProtocol
local TimeoutProtocol = class("TimeoutProtocol", ProtocolWrapper)

function TimeoutProtocol:__init(factory, wrappedProtocol, timeoutPeriod)
  ProtocolWrapper.__init(self, factory, wrappedProtocol)
  self:setTimeout(timeoutPeriod)
end

---Begins to count anew.
---@param timeoutPeriod? number seconds; nil for no timeout
function TimeoutProtocol:setTimeout(timeoutPeriod)
  self:cancelTimeout()
  self.timeoutPeriod = timeoutPeriod
  if timeoutPeriod then
    self.timeoutCall = self.factory:callLater(timeoutPeriod, function()
      self:timeoutFunc()
    end)
  end
end

---Ends the timeout, if there is one.
function TimeoutProtocol:cancelTimeout()
  cancel(self.timeoutCall)
  self.timeoutPeriod, self.timeoutCall = nil, nil
end

---Begins to count anew; called when something was read or written.
function TimeoutProtocol:resetTimeout()
  local call = self.timeoutCall
  if call and call:active() then
    call:reset(self.timeoutPeriod)
  end
end

function TimeoutProtocol:write(data)
  self:resetTimeout()
  ProtocolWrapper.write(self, data)
end

function TimeoutProtocol:writeSequence(data)
  self:resetTimeout()
  ProtocolWrapper.writeSequence(self, data)
end

function TimeoutProtocol:dataReceived(data)
  self:resetTimeout()
  ProtocolWrapper.dataReceived(self, data)
end

function TimeoutProtocol:connectionLost(reason)
  self:cancelTimeout()
  ProtocolWrapper.connectionLost(self, reason)
end

---Called when the time is up: closes the connection. Override it to do something else.
function TimeoutProtocol:timeoutFunc()
  self:loseConnection()
end

---Closes connections on which nothing was read or written for a while.
---@class TimeoutFactory: WrappingFactory
---@field timeoutPeriod number|nil seconds, half an hour unless given
---@overload fun(wrappedFactory: Factory, timeoutPeriod?: number): TimeoutFactory
local TimeoutFactory = class("TimeoutFactory", WrappingFactory)
TimeoutFactory.protocol = TimeoutProtocol

function TimeoutFactory:__init(wrappedFactory, ...)
  WrappingFactory.__init(self, wrappedFactory)
  self.timeoutPeriod = halfAnHour
  if select("#", ...) > 0 then
    -- An explicit nil: no timeout until a protocol sets one.
    self.timeoutPeriod = (...)
  end
end

function TimeoutFactory:wrap(wrappedProtocol)
  return self.protocol(self, wrappedProtocol, self.timeoutPeriod)
end

---The reactor's; override it in tests.
---@param period number
---@param f function
---@return DelayedCall
function TimeoutFactory:callLater(period, f)
  return require("twisted.internet.reactor").callLater(period, f)
end

---A timeout of a protocol's own, as a mixin: `class("Mine", basic.LineReceiver, policies.TimeoutMixin)`.
---Call `setTimeout` in connectionMade, `resetTimeout` when something was done, `setTimeout(nil)` in connectionLost.
---@class TimeoutMixin
---@field timeOut number|nil seconds
local TimeoutMixin = class("TimeoutMixin")

---The reactor's; override it in tests.
---@param period number
---@param f function
---@return DelayedCall
function TimeoutMixin:callLater(period, f)
  return require("twisted.internet.reactor").callLater(period, f)
end

---Begins to count anew, if there is a timeout and it has not come yet.
function TimeoutMixin:resetTimeout()
  local call = self._timeoutCall
  if call and call:active() and self.timeOut then
    call:reset(self.timeOut)
  end
end

---Begins to count, or ends it.
---@param period number|nil seconds; nil for no timeout
---@return number|nil previous the period before
function TimeoutMixin:setTimeout(period)
  local previous, call = self.timeOut, self._timeoutCall
  self.timeOut = period
  if period and call and call:active() then
    call:reset(period)
  else
    cancel(call)
    self._timeoutCall = period and self:callLater(period, function()
      self._timeoutCall = nil
      self:timeoutConnection()
    end)
  end
  return previous
end

---Called when the time is up: closes the connection. Override it to do something else.
function TimeoutMixin:timeoutConnection()
  self.transport:loseConnection()
end

return {
  TimeoutProtocol = TimeoutProtocol,
  TimeoutFactory = TimeoutFactory,
  TimeoutMixin = TimeoutMixin,
}
