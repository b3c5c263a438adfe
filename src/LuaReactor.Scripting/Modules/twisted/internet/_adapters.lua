-- Lets a protocol, a consumer or a file stand where one of the others is wanted.
local class = require("class")

---A consumer that gives a protocol what is written to it.
---@class ProtocolToConsumerAdapter
---@field original Protocol
---@overload fun(protocol: Protocol): ProtocolToConsumerAdapter
local ProtocolToConsumerAdapter = class("ProtocolToConsumerAdapter")

function ProtocolToConsumerAdapter:__init(protocol)
  self.original = protocol
end

---Gives the protocol the data.
---@param data string
function ProtocolToConsumerAdapter:write(data)
  self.original:dataReceived(data)
end

---A protocol takes all that comes: there is nobody to tell.
function ProtocolToConsumerAdapter:registerProducer()
end

---No producer was noted.
function ProtocolToConsumerAdapter:unregisterProducer()
end

---A protocol that writes to a consumer what it gets.
---@class ConsumerToProtocolAdapter
---@field original any
---@overload fun(consumer: any): ConsumerToProtocolAdapter
local ConsumerToProtocolAdapter = class("ConsumerToProtocolAdapter")

function ConsumerToProtocolAdapter:__init(consumer)
  self.original = consumer
end

---Writes the data to the consumer.
---@param data string
function ConsumerToProtocolAdapter:dataReceived(data)
  self.original:write(data)
end

---A consumer is not told of connections.
function ConsumerToProtocolAdapter:makeConnection()
end

---A consumer is not told of connections.
function ConsumerToProtocolAdapter:connectionMade()
end

---A consumer is not told of their end either.
function ConsumerToProtocolAdapter:connectionLost()
end

---A transport that writes to a file, to see what a protocol sends. It never receives.
---@class FileWrapper
---@field file file* or anything with `write` and `close`
---@field closed boolean
---@field disconnecting boolean always false
---@field producer any|nil
---@field streamingProducer boolean
---@overload fun(file: any): FileWrapper
local FileWrapper = class("FileWrapper")
FileWrapper.closed = false
FileWrapper.disconnecting = false
FileWrapper.streamingProducer = false

function FileWrapper:__init(file)
  self.file = file
end

-- A file says by an error, or by nil and a message, that something went wrong.
local function try(self, method, ...)
  local ok, result, message = pcall(self.file[method], self.file, ...)
  if not ok then
    self:handleException(result)
  elseif not result and message then
    self:handleException(message)
  end
end

---Writes to the file.
---@param data string
function FileWrapper:write(data)
  try(self, "write", data)
end

---Writes several pieces to the file.
---@param data string[]
function FileWrapper:writeSequence(data)
  self:write(table.concat(data))
end

---Called when the file could not be written or closed. Override it: it does nothing.
---@param problem any
function FileWrapper:handleException(problem)
end

---Takes a producer on; one that is pulled is pulled at once.
---@param producer any
---@param streaming boolean
function FileWrapper:registerProducer(producer, streaming)
  self.producer, self.streamingProducer = producer, streaming
  if not streaming then
    producer:resumeProducing()
  end
end

---Lets the producer go.
function FileWrapper:unregisterProducer()
  self.producer = nil
end

---Lets the producer go and closes the file.
function FileWrapper:stopConsuming()
  self:unregisterProducer()
  self:loseConnection()
end

---Closes the file.
function FileWrapper:loseConnection()
  self.closed = true
  try(self, "close")
end

---It has no other end.
---@return string peer "file"
function FileWrapper:getPeer()
  return "file"
end

---It has no address.
---@return string host "file"
function FileWrapper:getHost()
  return "file"
end

---It never receives: there is nothing to pause.
function FileWrapper:pauseProducing()
end

---It never receives: there is nothing to resume.
function FileWrapper:resumeProducing()
end

---Closes the file.
function FileWrapper:stopProducing()
  self:loseConnection()
end

return {
  ProtocolToConsumerAdapter = ProtocolToConsumerAdapter,
  ConsumerToProtocolAdapter = ConsumerToProtocolAdapter,
  FileWrapper = FileWrapper,
}
