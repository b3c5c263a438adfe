-- So many bytes a second, for all the connections of a factory together.
local class = require("class")
local log = require("twisted.python.log")
local wrapping = require("twisted.protocols._wrapping")

local checkOptions = require("twisted.internet._options").check

local ProtocolWrapper, WrappingFactory = wrapping.ProtocolWrapper, wrapping.WrappingFactory

---A protocol of a ThrottlingFactory: counts bytes, and pauses when told to.
---@class ThrottlingProtocol: ProtocolWrapper
---@field producer any the one registered
local ThrottlingProtocol = class("ThrottlingProtocol", ProtocolWrapper)

function ThrottlingProtocol:write(data)
  self.factory:registerWritten(#data)
  ProtocolWrapper.write(self, data)
end

function ThrottlingProtocol:writeSequence(data)
  local length = 0
  for _, piece in ipairs(data) do
    length = length + #piece
  end
  self.factory:registerWritten(length)
  ProtocolWrapper.writeSequence(self, data)
end

function ThrottlingProtocol:dataReceived(data)
  self.factory:registerRead(#data)
  ProtocolWrapper.dataReceived(self, data)
end

function ThrottlingProtocol:registerProducer(producer, streaming)
  self.producer = producer
  ProtocolWrapper.registerProducer(self, producer, streaming)
end

function ThrottlingProtocol:unregisterProducer()
  self.producer = nil
  ProtocolWrapper.unregisterProducer(self)
end

---Reads nothing more for a while.
function ThrottlingProtocol:throttleReads()
  self.transport:pauseProducing()
end

---Reads again.
function ThrottlingProtocol:unthrottleReads()
  self.transport:resumeProducing()
end

---Pauses the producer, if there is one.
function ThrottlingProtocol:throttleWrites()
  if self.producer then
    self.producer:pauseProducing()
  end
end

---Resumes the producer, if there is one.
function ThrottlingProtocol:unthrottleWrites()
  if self.producer then
    self.producer:resumeProducing()
  end
end

---Limits how many bytes a second are read and written, and how many connections there are. Each second it looks back, and
---when there was too much pauses everything until the mean is within the limit. What is written is held up only by
---pausing producers.
---@class ThrottlingFactory: WrappingFactory
---@field connectionCount integer
---@field maxConnectionCount integer|nil
---@field readLimit number|nil bytes a second
---@field writeLimit number|nil bytes a second
---@field readThisSecond integer
---@field writtenThisSecond integer
---@overload fun(wrappedFactory: Factory, maxConnectionCount?: integer, readLimit?: number, writeLimit?: number): ThrottlingFactory
local ThrottlingFactory = class("ThrottlingFactory", WrappingFactory)
ThrottlingFactory.protocol = ThrottlingProtocol

local optionNames = { maxConnectionCount = true, readLimit = true, writeLimit = true }

---The last argument may be a table of those by name: `ThrottlingFactory(factory, { writeLimit = 10000 })`.
function ThrottlingFactory:__init(wrappedFactory, maxConnectionCount, readLimit, writeLimit)
  WrappingFactory.__init(self, wrappedFactory)
  self.connectionCount, self.readThisSecond, self.writtenThisSecond = 0, 0, 0
  self._calls = {}
  local options = type(maxConnectionCount) == "table" and maxConnectionCount
  self.maxConnectionCount = not options and maxConnectionCount or nil
  self.readLimit, self.writeLimit = readLimit, writeLimit
  checkOptions(options, optionNames, "ThrottlingFactory", 3)
  for name, value in pairs(options or {}) do
    self[name] = value
  end
end

---The reactor's; override it in tests.
---@param period number
---@param f function
---@return DelayedCall
function ThrottlingFactory:callLater(period, f)
  return require("twisted.internet.reactor").callLater(period, f)
end

---Called by its protocols with the number of bytes written.
---@param length integer
function ThrottlingFactory:registerWritten(length)
  self.writtenThisSecond = self.writtenThisSecond + length
end

---Called by its protocols with the number of bytes read.
---@param length integer
function ThrottlingFactory:registerRead(length)
  self.readThisSecond = self.readThisSecond + length
end

function ThrottlingFactory:_later(name, period, f)
  self._calls[name] = self:callLater(period, function()
    self._calls[name] = nil
    f(self)
  end)
end

-- A producer that is paused may close its connection, and so change the list.
local function tellAll(factory, method)
  local protocols = {}
  for wrapper in pairs(factory.protocols) do
    protocols[#protocols + 1] = wrapper
  end
  for _, wrapper in ipairs(protocols) do
    wrapper[method](wrapper)
  end
end

---Looks whether too much was read in the last second.
function ThrottlingFactory:checkReadBandwidth()
  if self.readThisSecond > self.readLimit then
    self:throttleReads()
    self:_later("unthrottleReads", self.readThisSecond / self.readLimit - 1, self.unthrottleReads)
  end
  self.readThisSecond = 0
  self:_later("checkReads", 1, self.checkReadBandwidth)
end

---Looks whether too much was written in the last second.
function ThrottlingFactory:checkWriteBandwidth()
  if self.writtenThisSecond > self.writeLimit then
    self:throttleWrites()
    self:_later("unthrottleWrites", self.writtenThisSecond / self.writeLimit - 1, self.unthrottleWrites)
  end
  self.writtenThisSecond = 0
  self:_later("checkWrites", 1, self.checkWriteBandwidth)
end

---Stops reading on all connections.
function ThrottlingFactory:throttleReads()
  log.msg("Throttling reads on " .. tostring(self))
  tellAll(self, "throttleReads")
end

---Reads on all connections again.
function ThrottlingFactory:unthrottleReads()
  log.msg("Stopped throttling reads on " .. tostring(self))
  tellAll(self, "unthrottleReads")
end

---Pauses all producers.
function ThrottlingFactory:throttleWrites()
  log.msg("Throttling writes on " .. tostring(self))
  tellAll(self, "throttleWrites")
end

---Resumes all producers.
function ThrottlingFactory:unthrottleWrites()
  log.msg("Stopped throttling writes on " .. tostring(self))
  tellAll(self, "unthrottleWrites")
end

---Refuses the connection when there are too many.
---@param addr any
---@return ProtocolWrapper|nil
function ThrottlingFactory:buildProtocol(addr)
  if self.maxConnectionCount and self.connectionCount >= self.maxConnectionCount then
    log.msg("Max connection count reached!")
    return nil
  end
  local wrapper = WrappingFactory.buildProtocol(self, addr)
  if wrapper then
    self.connectionCount = self.connectionCount + 1
    if self.connectionCount == 1 then
      if self.readLimit then
        self:checkReadBandwidth()
      end
      if self.writeLimit then
        self:checkWriteBandwidth()
      end
    end
  end
  return wrapper
end

function ThrottlingFactory:unregisterProtocol(wrapper)
  WrappingFactory.unregisterProtocol(self, wrapper)
  self.connectionCount = self.connectionCount - 1
  if self.connectionCount == 0 then
    for _, call in pairs(self._calls) do
      call:cancel()
    end
    self._calls = {}
  end
end

return { ThrottlingProtocol = ThrottlingProtocol, ThrottlingFactory = ThrottlingFactory }
