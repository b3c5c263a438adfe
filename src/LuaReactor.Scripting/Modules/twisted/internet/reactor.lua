--- The reactor this program runs on (twisted.internet.reactor). Every function may be called with a dot or a colon.
--- Arguments are Twisted's, in its order; its keyword arguments go in a table at the end: `{ timeout = 5 }`.
local class = require("class")
local defer = require("twisted.internet.defer")
local errors = require("twisted.internet.error")
local host = require("luareactor.reactor")

local reactor = {}

-- `reactor:callLater(…)` hands the reactor itself as a first argument.
local function either(f)
  return function(first, ...)
    if rawequal(first, reactor) then
      return f(...)
    end
    return f(first, ...)
  end
end

local function needObject(what, value, level)
  if not class.typeOf(value) then
    error(("%s: a factory is needed, got %s"):format(what, type(value)), level + 1)
  end
end

--- Calls `f(...)` once, `seconds` from now, in a later turn of the loop.
---@param seconds number finite, 0 or more
---@param f function
---@param ... any arguments for f
---@return DelayedCall call with cancel(), reset(seconds), delay(seconds), active(), getTime()
reactor.callLater = host.callLater

--- The calls that are still to come.
---@return DelayedCall[]
reactor.getDelayedCalls = either(host.getDelayedCalls)

--- The reactor's clock: seconds since some moment in the past; it never goes back.
---@return number
reactor.seconds = either(host.seconds)

--- Runs the loop until `reactor.stop()`, Ctrl-C or SIGTERM.
reactor.run = either(host.run)

--- Ends `run` once this turn is over: shutdown triggers run, what was written is sent, connections are closed.
--- While the reactor is stopping already this does nothing; before it ran or after it ended it raises ReactorNotRunning.
reactor.stop = either(host.stop)

--- Ends `run` at once, without shutdown triggers.
reactor.crash = either(host.crash)

--- Runs one turn of the loop, waiting for at most `seconds` for something to happen.
---@param seconds? number default 0
reactor.iterate = either(host.iterate)

--- Calls `f(...)` once the reactor runs; at once if it does already.
---@param f function
---@param ... any arguments for f
reactor.callWhenRunning = either(host.callWhenRunning)

--- Calls `f(...)` in a later turn. In Twisted the way in from other threads; a script has one thread.
---@param f function
---@param ... any arguments for f
reactor.callFromThread = either(host.callFromThread)

--- Calls `f(...)` at a point of the reactor's life. A `before` trigger that returns a Deferred holds the rest up until it
--- has fired.
---@param phase "before"|"during"|"after"
---@param event string "startup" or "shutdown"
---@param f function
---@param ... any arguments for f
---@return any trigger for removeSystemEventTrigger
reactor.addSystemEventTrigger = either(host.addSystemEventTrigger)

--- Takes a trigger away again.
---@param trigger any what addSystemEventTrigger returned
reactor.removeSystemEventTrigger = either(host.removeSystemEventTrigger)

--- Runs the triggers of an event.
---@param event string
reactor.fireSystemEvent = either(host.fireSystemEvent)

--- Listens on a TCP port.
---@param port integer 0-65535; 0 lets the system choose (see getHost)
---@param factory table its buildProtocol makes a protocol for each connection
---@param options? {backlog?: integer, interface?: string} backlog: connections the system keeps waiting (default 4096); interface: the address to listen on (default all of IPv4)
---@return Port port with stopListening(), startListening(), getHost()
reactor.listenTCP = either(function(port, factory, options)
  needObject("listenTCP", factory, 2)
  return host.listenTCP(port, factory, options)
end)

--- Connects to a TCP port. What comes of it is told to the factory: startedConnecting, buildProtocol,
--- clientConnectionFailed, clientConnectionLost.
---@param host string a name or an address; the empty name is this machine
---@param port integer 0-65535
---@param factory table a ClientFactory
---@param options? {timeout?: number, bindAddress?: {[1]: string, [2]: integer}} timeout: seconds (default 30)
---@return Connector connector with connect(), disconnect(), stopConnecting(), getDestination(), state
reactor.connectTCP = either(function(name, port, factory, options)
  needObject("connectTCP", factory, 2)
  return host.connectTCP(name, port, factory, options)
end)

--- Looks a host name up.
---@param name string
---@return Deferred deferred fires with the address as text, or with DNSLookupError
reactor.resolve = either(function(name)
  local found = defer.Deferred()
  host.resolve(name, function(text)
    if text then
      found:callback(text)
    else
      found:errback(errors.DNSLookupError(name))
    end
  end)
  return found
end)

--- Seconds that a connection told to close waits for a peer that takes nothing before it is thrown away (default 60).
---@param seconds number math.huge waits for ever
reactor.setLingerTimeout = either(host.setLingerTimeout)

return setmetatable(reactor, {
  __index = function(_, key)
    if key == "running" then
      return host.running()
    end
  end,
  __tostring = function()
    return "<reactor>"
  end,
})
