-- Protocols, and what they meet, for tests.
local basic = require("twisted.protocols.basic")
local class = require("class")
local deferreds = require("twisted.internet._deferred")
local exception = require("twisted.python.exception")
local protocol = require("twisted.internet.protocol")

---A protocol that keeps what it gets. A Deferred at its factory's `protocolConnectionMade` fires with the protocol once
---it is connected, one at its own `closedDeferred` once the connection is lost.
---@class AccumulatingProtocol: Protocol
---@field made boolean whether it was connected
---@field closed boolean whether the connection was lost
---@field closedReason Failure|nil
---@field closedDeferred Deferred|nil
---@field data string
---@overload fun(): AccumulatingProtocol
local AccumulatingProtocol = class("AccumulatingProtocol", protocol.Protocol)
AccumulatingProtocol.made = false
AccumulatingProtocol.closed = false
AccumulatingProtocol.data = ""

function AccumulatingProtocol:connectionMade()
  self.made = true
  local factory = self.factory
  local made = factory and factory.protocolConnectionMade
  if made then
    factory.protocolConnectionMade = nil
    made:callback(self)
  end
end

function AccumulatingProtocol:dataReceived(data)
  self.data = self.data .. data
end

function AccumulatingProtocol:connectionLost(reason)
  self.closed, self.closedReason = true, reason
  local closed = self.closedDeferred
  if closed then
    self.closedDeferred = nil
    closed:callback(nil)
  end
end

---A protocol that sends lines, at once or after the first line it gets, and keeps those it gets.
---@class LineSendingProtocol: LineReceiver
---@field lines string[] those still to be sent
---@field response string[] those it got
---@field lostConn boolean
---@overload fun(lines: string[], start?: boolean): LineSendingProtocol
local LineSendingProtocol = class("LineSendingProtocol", basic.LineReceiver)
LineSendingProtocol.lostConn = false

---@param lines string[]
---@param start? boolean false waits for a line
function LineSendingProtocol:__init(lines, start)
  self.lines, self.response = table.move(lines, 1, #lines, 1, {}), {}
  self._start = start ~= false
end

function LineSendingProtocol:_send()
  for _, line in ipairs(self.lines) do
    self:sendLine(line)
  end
  self.lines = {}
end

function LineSendingProtocol:connectionMade()
  if self._start then
    self:_send()
  end
end

function LineSendingProtocol:lineReceived(line)
  self:_send()
  table.insert(self.response, line)
end

function LineSendingProtocol:connectionLost()
  self.lostConn = true
end

---A datagram port that keeps what is written: `{datagram, address}`.
---@class FakeDatagramTransport
---@field written table[]
---@overload fun(): FakeDatagramTransport
local FakeDatagramTransport = class("FakeDatagramTransport")

function FakeDatagramTransport:__init()
  self.written = {}
end

---Keeps a datagram in `written`.
---@param packet string
---@param addr? any
function FakeDatagramTransport:write(packet, addr)
  table.insert(self.written, { packet, addr })
end

---A producer that is pulled: it writes the numbers 0 to 9, one each time. `result` fires when it is done or stopped.
---@class NonStreamingProducer
---@field consumer any
---@field counter integer
---@field stopped boolean
---@field result Deferred
---@overload fun(consumer: any): NonStreamingProducer
local NonStreamingProducer = class("NonStreamingProducer")
NonStreamingProducer.counter = 0
NonStreamingProducer.stopped = false

function NonStreamingProducer:__init(consumer)
  self.consumer, self.result = consumer, deferreds.Deferred()
end

---Writes the next number.
function NonStreamingProducer:resumeProducing()
  local consumer = self.consumer
  if consumer == nil or self.counter >= 10 then
    exception.raise(exception.RuntimeError, "BUG: resume after unregister/stop.", 2)
  end
  consumer:write(tostring(self.counter))
  self.counter = self.counter + 1
  if self.counter == 10 then
    consumer:unregisterProducer()
    self:_done()
  end
end

---Raises RuntimeError: a producer that is pulled is never paused.
function NonStreamingProducer:pauseProducing()
  exception.raise(exception.RuntimeError, "BUG: pause should never be called.", 2)
end

function NonStreamingProducer:_done()
  self.consumer = nil
  self.result:callback(nil)
end

---Ends it: `result` fires.
function NonStreamingProducer:stopProducing()
  self.stopped = true
  self:_done()
end

return {
  AccumulatingProtocol = AccumulatingProtocol,
  LineSendingProtocol = LineSendingProtocol,
  FakeDatagramTransport = FakeDatagramTransport,
  NonStreamingProducer = NonStreamingProducer,
}
