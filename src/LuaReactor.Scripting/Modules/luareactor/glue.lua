--- The Lua half of the host: what the reactor calls when something happened. C# calls each of these functions under one
--- protected call, so that look-ups, metamethods and errors all stay on this side.
local address = require("twisted.internet.address")
local errors = require("twisted.internet.error")
local defer = require("twisted.internet.defer")
local factories = require("twisted.internet._factories")
local failure = require("twisted.python.failure")
local framing = require("luareactor.framing")
local log = require("twisted.python.log")
local reactor = require("luareactor.reactor")

local Failure = failure.Failure
local drains = framing.drains
local input = framing.input
local plainBuild = factories.Factory.buildProtocol
local closedCleanly = tostring(errors.ConnectionDone())

local function failureOf(name, message)
  return failure._unraised(errors.fromHost(name, message))
end

-- Why a connection was lost, for those who hear of it after the protocol; set early when the protocol's own error is why.
local reasons = setmetatable({}, { __mode = "k" })

-- Without a name it is what most connections end with, a clean end.
local function reasonFor(protocol, name, message)
  return reasons[protocol] or failureOf(name or "ConnectionDone", message or closedCleanly)
end

local function addressOf(kind, host, port)
  return kind == "IPv6" and address.IPv6Address("TCP", host, port) or address.IPv4Address("TCP", host, port)
end

local glue = {}

glue.handler = failure.handler
glue.addressOf = addressOf

--- A callback raised: it is logged, and remembered as the reason the protocol's connection goes for.
function glue.failed(reason, protocol)
  if not (type(reason) == "table" and getmetatable(reason) == Failure) then
    reason = Failure(reason)
  end
  if protocol ~= nil then
    reasons[protocol] = reason
  end
  log.err(reason)
  return reason:getErrorMessage()
end

--- The error of a call that was stopped from outside.
function glue.interrupted(traceback)
  return Failure("interrupted!", traceback)
end

--- What an uncaught error reads like: the message, then the traceback.
function glue.describe(reason)
  if type(reason) == "table" and getmetatable(reason) == Failure then
    return reason:_describe()
  end
  return tostring(reason), ""
end

function glue.errorObject(name, message, ...)
  return errors.fromHost(name, message, ...)
end

function glue.doStart(factory)
  factory:doStart()
end

function glue.doStop(factory)
  factory:doStop()
end

--- Makes the protocol for a connection; a method that does not look at the address is given none.
function glue.buildProtocol(factory)
  local build = factory.buildProtocol
  if build == plainBuild then
    return build(factory)
  end
  return build(factory, addressOf(reactor._arriving()))
end

--- Connects the protocol; says whether it takes the two directions' ends apart (Twisted's IHalfCloseableProtocol).
function glue.makeConnection(protocol, transport)
  protocol:makeConnection(transport)
end

function glue.halfCloseable(protocol)
  return protocol.readConnectionLost ~= nil and protocol.writeConnectionLost ~= nil
end

function glue.received(protocol)
  local receive = protocol.dataReceived
  local drain = drains[receive]
  if drain then
    drain(protocol)
  else
    receive(protocol, input())
  end
end

function glue.readConnectionLost(protocol)
  protocol:readConnectionLost()
end

function glue.writeConnectionLost(protocol)
  protocol:writeConnectionLost()
end

--- The connection is gone; a client's reason is kept for clientConnectionLost, which follows.
function glue.connectionLost(protocol, name, message, client)
  local reason = reasonFor(protocol, name, message)
  reasons[protocol] = client and reason or nil
  protocol:connectionLost(reason)
end

function glue.startedConnecting(factory, connector)
  factory:startedConnecting(connector)
end

function glue.clientConnectionFailed(factory, connector, name, message)
  factory:clientConnectionFailed(connector, failureOf(name, message))
end

--- A client's connection is over; without a protocol (buildProtocol refused) only the factory hears of it.
function glue.clientConnectionLost(factory, connector, protocol, name, message)
  local reason = reasonFor(protocol or factory, name, message)
  if protocol ~= nil then
    reasons[protocol] = nil
  end
  factory:clientConnectionLost(connector, reason)
end

function glue.pauseProducing(producer)
  producer:pauseProducing()
end

function glue.resumeProducing(producer)
  producer:resumeProducing()
end

function glue.stopProducing(producer)
  producer:stopProducing()
end

--- Runs a call that was kept as a table { function, arguments…, n = count }.
function glue.invoke(call)
  return call[1](table.unpack(call, 2, call.n))
end

--- A shutdown or startup trigger: when it returns a Deferred, `done` is called once that has fired.
function glue.trigger(call, done)
  local result = glue.invoke(call)
  if type(result) == "table" and result.addBoth then
    result:addBoth(function(value)
      done:run()
      return value
    end)
    return true
  end
  return false
end

--- A Deferred for a task of the host's.
function glue.newDeferred()
  return defer.Deferred()
end

--- The task has ended: with a value, or with an error's name and message.
function glue.fireDeferred(deferred, ok, value, message)
  if deferred.called then
    return -- cancelled meanwhile
  end
  if ok then
    deferred:callback(value)
  else
    deferred:errback(failureOf(value, message))
  end
end

--- Calls a function for a C# caller; `outcome` is told how it, or the Deferred it returned, ended.
function glue.start(outcome, f, ...)
  defer.maybeDeferred(f, ...):addCallbacks(function(value)
    outcome:succeed(value)
  end, function(reason)
    outcome:fail(reason:getErrorMessage(), reason:getTraceback())
  end)
end

return glue
