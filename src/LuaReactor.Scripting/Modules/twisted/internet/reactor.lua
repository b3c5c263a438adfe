--- The reactor this program runs on (twisted.internet.reactor). Every function may be called with a dot or a colon.
--- Arguments are Twisted's, in its order; its keyword arguments go in a table at the end: `{ timeout = 5 }`.
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local types = require("luareactor.types")

-- The functions written in C# are in this table already; each is named below with what it does.
---@class reactormodule
---@field running boolean whether the loop runs
local reactor = require("luareactor.reactor")

--- Calls `f(...)` once, `seconds` from now, in a later turn of the loop.
---@param seconds number finite, 0 or more
---@param f function
---@param ... any arguments for f
---@return DelayedCall call with cancel(), reset(seconds), delay(seconds), active(), getTime()
reactor.callLater = reactor.callLater

--- The calls that are still to come.
---@return DelayedCall[]
reactor.getDelayedCalls = reactor.getDelayedCalls

--- The reactor's clock: seconds since some moment in the past; it never goes back.
---@return number
reactor.seconds = reactor.seconds

--- Runs the loop until `reactor.stop()`, Ctrl-C or SIGTERM.
reactor.run = reactor.run

--- Ends `run` once this turn is over: shutdown triggers run, what was written is sent, connections are closed.
--- While the reactor is stopping already this does nothing; before it ran or after it ended it raises ReactorNotRunning.
reactor.stop = reactor.stop

--- Ends `run` at once, without shutdown triggers.
reactor.crash = reactor.crash

--- Runs one turn of the loop, waiting for at most `seconds` for something to happen.
---@param seconds? number default 0
reactor.iterate = reactor.iterate

--- Calls `f(...)` once the reactor runs; at once if it does already.
---@param f function
---@param ... any arguments for f
reactor.callWhenRunning = reactor.callWhenRunning

--- Calls `f(...)` in a later turn. In Twisted the way in from other threads; a script has one thread.
---@param f function
---@param ... any arguments for f
reactor.callFromThread = reactor.callFromThread

--- Calls `f(...)` at a point of the reactor's life. A `before` trigger that returns a Deferred holds the rest up until it
--- has fired.
---@param phase "before"|"during"|"after"
---@param event string "startup" or "shutdown"
---@param f function
---@param ... any arguments for f
---@return any trigger for removeSystemEventTrigger
reactor.addSystemEventTrigger = reactor.addSystemEventTrigger

--- Takes a trigger away again.
---@param trigger any what addSystemEventTrigger returned
reactor.removeSystemEventTrigger = reactor.removeSystemEventTrigger

--- Runs the triggers of an event.
---@param event string
reactor.fireSystemEvent = reactor.fireSystemEvent

--- Listens on a TCP port.
---@param port integer 0-65535; 0 lets the system choose (see getHost)
---@param factory table its buildProtocol makes a protocol for each connection
---@param options? {backlog?: integer, interface?: string} backlog: connections the system keeps waiting (default 4096); interface: the address to listen on (default all of IPv4)
---@return Port port with stopListening(), startListening(), getHost()
reactor.listenTCP = reactor.listenTCP

--- Connects to a TCP port. What comes of it is told to the factory: startedConnecting, buildProtocol,
--- clientConnectionFailed, clientConnectionLost.
---@param host string a name or an address; the empty name is this machine
---@param port integer 0-65535
---@param factory table a ClientFactory
---@param options? {timeout?: number, bindAddress?: {[1]: string, [2]: integer}} timeout: seconds (default 30)
---@return Connector connector with connect(), disconnect(), stopConnecting(), getDestination(), state
reactor.connectTCP = reactor.connectTCP

--- Looks a host name up.
---@param name string
---@return Deferred deferred fires with the address as text, or with DNSLookupError
function reactor.resolve(name, ...)
  if rawequal(name, reactor) then
    name = ...
  end
  if type(name) ~= "string" then
    error("bad argument #1 to 'resolve' (string expected, got " .. type(name) .. ")", 2)
  end
  local found = defer.Deferred()
  reactor._resolve(name, function(text)
    if text then
      found:callback(text)
    else
      found:errback(errors.DNSLookupError(name))
    end
  end)
  return found
end

--- Seconds that a connection told to close waits for a peer that takes nothing before it is thrown away (default 60).
---@param seconds number math.huge waits for ever
reactor.setLingerTimeout = reactor.setLingerTimeout

-- The methods of objects made in C# are described in luareactor/declarations.
function types.Port:stopListening()
  local stopped = defer.Deferred()
  self:_stop(function()
    stopped:callback(nil)
  end)
  return stopped
end

-- A lost failure is reported when the loop has nothing else to do, and not when the collector happens to find it.
require("twisted.internet._unhandled").setHost(reactor._collectWhenIdle)

-- In a script's main chunk `await` runs the loop itself.
function defer._blockingAwait(deferred)
  local _, isMain = coroutine.running()
  if not isMain or reactor._inTurn() then
    return false
  elseif deferred == nil then
    return true
  end
  local fired = false
  deferred:addBoth(function(result)
    fired = true
    -- By a timer or a posted call: the turn under way has its poll still before it.
    reactor._hurry()
    return result
  end)
  while not fired do
    reactor._turn()
  end
  return true
end

return setmetatable(reactor, {
  __index = function(_, key)
    if key == "running" then
      return reactor._running()
    end
  end,
  __tostring = function()
    return "<reactor>"
  end,
})
