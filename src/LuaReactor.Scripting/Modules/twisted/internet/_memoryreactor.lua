-- Reactors without a loop or sockets, for tests: they note what they are asked for.
local address = require("twisted.internet.address")
local class = require("class")
local clocks = require("twisted.internet._clock")
local deferreds = require("twisted.internet._deferred")
local dotted = require("twisted.internet._dotted")
local exception = require("twisted.python.exception")

local checkOptions = require("twisted.internet._options").check

---A port that listens to nothing.
---@class FakePort
local FakePort = class("_FakePort")

function FakePort:__init(hostAddress)
  self._hostAddress = hostAddress
end

function FakePort:startListening() end

---@return Deferred
function FakePort:stopListening()
  return deferreds.succeed(nil)
end

function FakePort:getHost()
  return self._hostAddress
end

---A connector that never connects, and notes what it is told.
---@class FakeConnector
---@field stoppedConnecting boolean
local FakeConnector = class("_FakeConnector")
FakeConnector.stoppedConnecting = false
FakeConnector._disconnected = false

function FakeConnector:__init(destination)
  self._destination = destination
end

function FakeConnector:connect() end

function FakeConnector:stopConnecting()
  self.stoppedConnecting = true
end

function FakeConnector:disconnect()
  self._disconnected = true
end

function FakeConnector:getDestination()
  return self._destination
end

local function read(options, defaults, method)
  checkOptions(options, defaults, method, 3)
  return setmetatable({}, { __index = function(_, name)
    local value = options and options[name]
    if value == nil then
      value = defaults[name]
    end
    return value or nil
  end })
end

local function tcpAddress(host, port)
  return host:find(":", 1, true) and address.IPv6Address("TCP", host, port) or address.IPv4Address("TCP", host, port)
end

-- False stands for an option that is nil unless given.
local connectDefaults = { timeout = 30, bindAddress = false }
local listenDefaults = { backlog = 50, interface = "" }
local unixConnectDefaults = { timeout = 30, checkPID = false }
local unixListenDefaults = { backlog = 50, mode = 438, wantPID = false }

---A reactor that connects to nothing. What it was asked for is in its lists, each entry a table in the order of Twisted's
---arguments, the factory under `factory` as well: a test takes it from there and connects its protocols itself.
---Its methods may be called with a dot too, as the reactor's.
---@class MemoryReactor
---@field running boolean
---@field hasRun boolean
---@field hasStopped boolean
---@field hasCrashed boolean
---@field tcpClients table[] `{host, port, factory, timeout, bindAddress}`
---@field tcpServers table[] `{port, factory, backlog, interface}`
---@field sslClients table[] `{host, port, factory, contextFactory, timeout, bindAddress}`
---@field sslServers table[] `{port, factory, contextFactory, backlog, interface}`
---@field unixClients table[] `{address, factory, timeout, checkPID}`
---@field unixServers table[] `{address, factory, backlog, mode, wantPID}`
---@field connectors Connector[]
---@field whenRunningHooks table[] `{f, arguments…, n}`
---@field triggers table<string, table<string, table[]>> by phase and event, as the hooks
---@overload fun(): MemoryReactor
local MemoryReactor = class("MemoryReactor")

function MemoryReactor:__init()
  self.running, self.hasRun, self.hasStopped, self.hasCrashed = false, false, false, false
  self.tcpClients, self.tcpServers = {}, {}
  self.sslClients, self.sslServers = {}, {}
  self.unixClients, self.unixServers = {}, {}
  self.connectors, self.whenRunningHooks, self.triggers = {}, {}, {}
  dotted.bind(self, {
    "run", "stop", "crash", "iterate", "resolve", "callWhenRunning", "addSystemEventTrigger",
    "removeSystemEventTrigger", "fireSystemEvent", "listenTCP", "connectTCP", "listenSSL", "connectSSL", "listenUNIX",
    "connectUNIX",
  })
end

---Calls what waits for the start, and stops.
function MemoryReactor:run()
  if self.running then
    error(exception.AssertionError("it is running already"), 2)
  end
  self.running, self.hasRun = true, true
  for _, hook in ipairs(self.whenRunningHooks) do
    hook[1](table.unpack(hook, 2, hook.n))
  end
  self:stop()
end

---Notes that it has stopped.
function MemoryReactor:stop()
  self.running, self.hasStopped = false, true
end

---Notes that it has crashed.
function MemoryReactor:crash()
  self.running, self.hasCrashed = false, true
end

---Keeps `f(...)` for `run`; calls it at once while that is under way.
---@param f function
---@param ... any
function MemoryReactor:callWhenRunning(f, ...)
  if self.running then
    f(...)
  else
    table.insert(self.whenRunningHooks, table.pack(f, ...))
  end
end

---Keeps a trigger; a test calls it.
---@param phase "before"|"during"|"after"
---@param event string
---@param f function
---@param ... any
function MemoryReactor:addSystemEventTrigger(phase, event, f, ...)
  local events = self.triggers[phase] or {}
  self.triggers[phase] = events
  events[event] = events[event] or {}
  table.insert(events[event], table.pack(f, ...))
end

for _, name in ipairs({ "iterate", "resolve", "removeSystemEventTrigger", "fireSystemEvent" }) do
  ---Raises NotImplementedError: a MemoryReactor has none.
  MemoryReactor[name] = function()
    error(exception.NotImplementedError("a MemoryReactor has no " .. name), 2)
  end
end

local function listen(list, entry, hostAddress)
  table.insert(list, entry)
  return FakePort(hostAddress)
end

local function connect(self, list, entry, destination)
  table.insert(list, entry)
  local connector = FakeConnector(destination)
  entry.factory:startedConnecting(connector)
  table.insert(self.connectors, connector)
  return connector
end

---Notes the port in `tcpServers`.
---@param port integer
---@param factory table
---@param options? {backlog?: integer, interface?: string}
---@return Port
function MemoryReactor:listenTCP(port, factory, options)
  local o = read(options, listenDefaults, "listenTCP")
  local host = o.interface:find(":", 1, true) and o.interface or "0.0.0.0"
  return listen(self.tcpServers, { port, factory, o.backlog, o.interface, factory = factory }, tcpAddress(host, port))
end

---Notes the attempt in `tcpClients` and tells the factory that it has begun.
---@param host string
---@param port integer
---@param factory table
---@param options? {timeout?: number, bindAddress?: any[]}
---@return Connector
function MemoryReactor:connectTCP(host, port, factory, options)
  local o = read(options, connectDefaults, "connectTCP")
  return connect(self, self.tcpClients, { host, port, factory, o.timeout, o.bindAddress, factory = factory },
    tcpAddress(host, port))
end

---As listenTCP, in `sslServers`.
---@param port integer
---@param factory table
---@param contextFactory any
---@param options? {backlog?: integer, interface?: string}
---@return Port
function MemoryReactor:listenSSL(port, factory, contextFactory, options)
  local o = read(options, listenDefaults, "listenSSL")
  return listen(self.sslServers, { port, factory, contextFactory, o.backlog, o.interface, factory = factory },
    tcpAddress("0.0.0.0", port))
end

---As connectTCP, in `sslClients`.
---@param host string
---@param port integer
---@param factory table
---@param contextFactory any
---@param options? {timeout?: number, bindAddress?: any[]}
---@return Connector
function MemoryReactor:connectSSL(host, port, factory, contextFactory, options)
  local o = read(options, connectDefaults, "connectSSL")
  return connect(self, self.sslClients,
    { host, port, factory, contextFactory, o.timeout, o.bindAddress, factory = factory }, tcpAddress(host, port))
end

---As listenTCP, in `unixServers`.
---@param path string
---@param factory table
---@param options? {backlog?: integer, mode?: integer, wantPID?: boolean}
---@return Port
function MemoryReactor:listenUNIX(path, factory, options)
  local o = read(options, unixListenDefaults, "listenUNIX")
  return listen(self.unixServers, { path, factory, o.backlog, o.mode, o.wantPID, factory = factory },
    address.UNIXAddress(path))
end

---As connectTCP, in `unixClients`.
---@param path string
---@param factory table
---@param options? {timeout?: number, checkPID?: boolean}
---@return Connector
function MemoryReactor:connectUNIX(path, factory, options)
  local o = read(options, unixConnectDefaults, "connectUNIX")
  return connect(self, self.unixClients, { path, factory, o.timeout, o.checkPID, factory = factory },
    address.UNIXAddress(path))
end

---A MemoryReactor that is a Clock too.
---@class MemoryReactorClock: MemoryReactor, Clock
---@overload fun(): MemoryReactorClock
local MemoryReactorClock = class("MemoryReactorClock", MemoryReactor, clocks.Clock)

function MemoryReactorClock:__init()
  MemoryReactor.__init(self)
  clocks.Clock.__init(self)
end

---A reactor on which all that listens or connects raises.
---@class RaisingMemoryReactor
---@overload fun(listenException?: any, connectException?: any): RaisingMemoryReactor
local RaisingMemoryReactor = class("RaisingMemoryReactor")

function RaisingMemoryReactor:__init(listenException, connectException)
  self._listenException, self._connectException = listenException, connectException
  dotted.bind(self, { "listenTCP", "connectTCP", "listenSSL", "connectSSL", "listenUNIX", "connectUNIX" })
end

for _, kind in ipairs({ "TCP", "SSL", "UNIX" }) do
  ---Raises what the reactor was made with.
  RaisingMemoryReactor["listen" .. kind] = function(self)
    error(self._listenException, 0)
  end
  ---Raises what the reactor was made with.
  RaisingMemoryReactor["connect" .. kind] = function(self)
    error(self._connectException, 0)
  end
end

return {
  _FakePort = FakePort,
  _FakeConnector = FakeConnector,
  MemoryReactor = MemoryReactor,
  MemoryReactorClock = MemoryReactorClock,
  RaisingMemoryReactor = RaisingMemoryReactor,
}
