-- Sends a file as fast as the other end takes it, holding one chunk at a time.
local class = require("class")
local exception = require("twisted.python.exception")

---A pull producer that sends a file.
---@class FileSender
---@field CHUNK_SIZE integer how much is read at a time
---@field lastSent string the last byte sent
---@overload fun(): FileSender
local FileSender = class("FileSender")
FileSender.CHUNK_SIZE = 16384
FileSender.lastSent = ""

---Sends what is left of the file.
---@param file file* or anything with `read(n)` that returns nil at the end
---@param consumer any usually a transport
---@param transform? fun(chunk: string): string
---@return Deferred deferred fires with the last byte sent, when all has been given to the consumer
function FileSender:beginFileTransfer(file, consumer, transform)
  self.file, self.consumer, self.transform = file, consumer, transform
  local deferred = require("twisted.internet.defer").Deferred()
  self.deferred = deferred
  consumer:registerProducer(self, false)
  return deferred
end

---Sends the next chunk. The consumer calls it.
function FileSender:resumeProducing()
  local chunk = self.file and self.file:read(self.CHUNK_SIZE)
  if not chunk or chunk == "" then
    self.file = nil
    self.consumer:unregisterProducer()
    local deferred = self.deferred
    if deferred then
      self.deferred = nil
      deferred:callback(self.lastSent)
    end
    return
  end
  if self.transform then
    chunk = self.transform(chunk)
  end
  self.consumer:write(chunk)
  self.lastSent = chunk:sub(-1)
end

---A pull producer has nothing to pause.
function FileSender:pauseProducing()
end

---Ends the transfer before its end: the Deferred fails. The consumer calls it.
function FileSender:stopProducing()
  local deferred = self.deferred
  if deferred then
    self.deferred = nil
    deferred:errback(exception.Exception("Consumer asked us to stop producing"))
  end
end

return { FileSender = FileSender }
