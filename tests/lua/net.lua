-- For tests of connections: servers and clients that note all they are told, on ports the system chooses.
local class = require("class")
local defer = require("twisted.internet.defer")
local protocol = require("twisted.internet.protocol")
local reactor = require("twisted.internet.reactor")
local task = require("twisted.internet.task")

local net = {}

---Notes what it is told. `made` fires with it when it is connected, `lost` with the reason when it no longer is.
---@class Noting: Protocol
---@field data string all that was received
---@overload fun(): Noting
local Noting = class("Noting", protocol.Protocol)

function Noting:__init()
  self.data, self.chunks, self.waiting = "", {}, {}
  self.made, self.lost = defer.Deferred(), defer.Deferred()
end

function Noting:connectionMade()
  self.made:callback(self)
end

function Noting:dataReceived(data)
  self.data = self.data .. data
  self.chunks[#self.chunks + 1] = data
  for i = #self.waiting, 1, -1 do
    local wait = self.waiting[i]
    if #self.data >= wait.count then
      table.remove(self.waiting, i)
      wait.d:callback(self.data)
    end
  end
end

---@param count integer
---@return Deferred deferred fires with all data when there are that many bytes
function Noting:received(count)
  local d = defer.Deferred()
  if #self.data >= count then
    d:callback(self.data)
  else
    self.waiting[#self.waiting + 1] = { count = count, d = d }
  end
  return d
end

function Noting:connectionLost(reason)
  self.reason = reason
  self.lost:callback({ reason })
end

net.Noting = Noting

local function factoryOf(base, Protocol)
  local factory = base()
  factory.noisy = false
  factory.built = {}
  -- Fires with the first protocol that is connected.
  factory.first = defer.Deferred()
  function factory.buildProtocol(self)
    local p = (Protocol or Noting)()
    p.factory = self
    self.built[#self.built + 1] = p
    if #self.built == 1 then
      -- In a later turn: now it has no transport yet.
      reactor.callLater(0, self.first.callback, self.first, p)
    end
    return p
  end
  return factory
end

---Listens on 127.0.0.1 until the test is over.
---@param case TestCase
---@param Protocol? table default Noting
---@return table factory with `port`, `built` and `first`
function net.listen(case, Protocol)
  local factory = factoryOf(protocol.ServerFactory, Protocol)
  factory.port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
  case:addCleanup(function()
    return factory.port:stopListening()
  end)
  return factory
end

---A client factory that notes what it is told; `failed` and `lost` fire with the reason in a table.
---@param Protocol? table default Noting
---@return table factory
function net.client(Protocol)
  local factory = factoryOf(protocol.ClientFactory, Protocol)
  factory.failed, factory.lost, factory.events = defer.Deferred(), defer.Deferred(), {}
  local function note(name, after)
    factory[name] = function(self, connector, reason)
      self.events[#self.events + 1] = connector and name .. " " .. connector.state or name
      if after then
        after(reason)
      end
    end
  end
  note("startFactory")
  note("stopFactory")
  note("startedConnecting")
  note("clientConnectionFailed", function(reason)
    factory.failed:callback({ reason })
  end)
  note("clientConnectionLost", function(reason)
    if not factory.lost.called then
      factory.lost:callback({ reason })
    end
  end)
  return factory
end

---Connects to a port; the connection is thrown away after the test if it is still there.
---@param case TestCase
---@param port any what listenTCP gave, or a number
---@param factory? table default net.client()
---@return table factory
function net.connect(case, port, factory)
  factory = factory or net.client()
  local number = type(port) == "number" and port or port:getHost().port
  factory.connector = reactor.connectTCP("127.0.0.1", number, factory)
  case:addCleanup(function()
    for _, p in ipairs(factory.built) do
      if p.transport and p.transport.connected then
        p.transport:abortConnection()
      end
    end
  end)
  return factory
end

---A server and a client that are connected. To be called in a function that may wait.
---@param case TestCase
---@param Server? table a subclass of Noting
---@param Client? table a subclass of Noting
---@return Noting server
---@return Noting client
function net.pair(case, Server, Client)
  local listening = net.listen(case, Server)
  local connecting = net.connect(case, listening.port, net.client(Client))
  local client = defer.await(connecting.first)
  local server = defer.await(listening.first)
  server.listening, client.connecting = listening, connecting
  if not client.made.called then
    defer.await(client.made)
  end
  return server, client
end

---The reason a connection was lost for. To be called in a function that may wait.
---@param p Noting
---@return Failure
function net.reason(p)
  return p.reason or defer.await(p.lost)[1]
end

---Lets the loop turn: in three turns what was written has left, arrived, and been read if anybody reads.
---@param count? integer default 1
---@return Deferred
function net.turns(count)
  local d = task.deferLater(reactor, 0)
  return (count or 1) > 1 and d:addCallback(function()
    return net.turns(count - 1)
  end) or d
end

return net
