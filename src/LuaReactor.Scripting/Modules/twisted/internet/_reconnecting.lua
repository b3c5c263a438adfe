-- A client factory that connects again when its connection fails or is lost, after a delay that grows.
local class = require("class")
local dotted = require("twisted.internet._dotted")
local exception = require("twisted.python.exception")
local factories = require("twisted.internet._factories")
local failure = require("twisted.python.failure")

---Connects again after a delay: each is `factor` times the one before, `maxDelay` at most, more or less by chance, so that
---many clients of a server that was away do not come back in the same moment. Call `resetDelay` once a connection is good.
---@class ReconnectingClientFactory: ClientFactory
---@field maxDelay number seconds
---@field initialDelay number seconds; the first attempt is made `factor` times this later
---@field factor number
---@field jitter number|nil the standard deviation of a delay, as a part of it; nil or 0 for none
---@field maxRetries integer|nil gives up after so many attempts in a row, nil for never
---@field delay number seconds, the last one
---@field retries integer attempts in a row
---@field continueTrying boolean
---@field connector Connector the one that failed last
---@field clock table|nil what has `callLater`; nil for the reactor
---@overload fun(): ReconnectingClientFactory
local ReconnectingClientFactory = class("ReconnectingClientFactory", factories.ClientFactory)
ReconnectingClientFactory.maxDelay = 3600
ReconnectingClientFactory.initialDelay = 1.0
ReconnectingClientFactory.factor = 2.7182818284590451
ReconnectingClientFactory.jitter = 0.119626565582
ReconnectingClientFactory.delay = 1.0
ReconnectingClientFactory.retries = 0
ReconnectingClientFactory.continueTrying = true
ReconnectingClientFactory.forProtocol = factories._forProtocolOf(ReconnectingClientFactory)

---@param connector Connector
---@param reason Failure
function ReconnectingClientFactory:clientConnectionFailed(connector, reason)
  if self.continueTrying then
    self.connector = connector
    self:retry()
  end
end

---@param connector Connector
---@param reason Failure
function ReconnectingClientFactory:clientConnectionLost(connector, reason)
  if self.continueTrying then
    self.connector = connector
    self:retry()
  end
end

local function say(self, ...)
  if self.noisy then
    require("twisted.python.log").msg(string.format(...))
  end
end

-- By Box and Muller: a number from the normal distribution around 0, of deviation 1.
local function normal()
  return math.sqrt(-2 * math.log(1 - math.random())) * math.cos(2 * math.pi * math.random())
end

local function nextDelay(self)
  local delay = self.delay
  -- The first time a subclass may have set just `initialDelay`.
  if rawget(self, "delay") == nil and delay == ReconnectingClientFactory.delay then
    delay = self.initialDelay
  end
  delay = math.min(delay * self.factor, self.maxDelay)
  if self.jitter then
    delay = math.max(0, delay * (1 + self.jitter * normal()))
  end
  return delay
end

---Connects again after the next delay, unless it was told to stop or has tried too often.
---@param connector? Connector by default the one that failed last
function ReconnectingClientFactory:retry(connector)
  connector = connector or self.connector
  if not self.continueTrying then
    say(self, "Abandoning %s on explicit request", connector)
    return
  elseif connector == nil then
    error(exception.ValueError("no connector to retry"), 2)
  end
  self.retries = self.retries + 1
  if self.maxRetries and self.retries > self.maxRetries then
    say(self, "Abandoning %s after %d retries.", connector, self.retries)
    return
  end
  self.delay = nextDelay(self)
  say(self, "%s will retry in %d seconds", connector, math.floor(self.delay))
  local clock = self.clock or require("twisted.internet.reactor")
  self._call = dotted.callLater(clock, self.delay, function()
    self._call = nil
    connector:connect()
  end)
end

---Ends it: no further attempt is made, and one under way is given up.
function ReconnectingClientFactory:stopTrying()
  if self._call then
    self._call:cancel()
    self._call = nil
  end
  self.continueTrying = false
  local connector = self.connector
  if connector then
    local ok, reason = failure.call(connector.stopConnecting, connector)
    if not ok then
      reason:trap("NotConnectingError")
    end
  end
end

---Begins with the first delay again. Call it when a connection has turned out well.
function ReconnectingClientFactory:resetDelay()
  self.delay, self.retries, self.continueTrying = self.initialDelay, 0, true
end

return ReconnectingClientFactory
