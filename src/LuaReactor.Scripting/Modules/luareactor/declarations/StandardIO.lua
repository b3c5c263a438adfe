---Standard input and output as a transport: what `stdio.StandardIO` returns.
---@class StandardIO
---@field connected boolean false once both are closed
---@field disconnecting boolean true once it was told to close
local StandardIO = {}

---Writes to standard output.
---@param data string
function StandardIO:write(data) end

---Writes a list of strings as one.
---@param data string[]
function StandardIO:writeSequence(data) end

---Closes both once all that was written is out.
function StandardIO:loseConnection() end

---Pipes and terminals have no addresses: a PipeAddress, which has no fields.
---@return PipeAddress
function StandardIO:getPeer() end

---As getPeer.
---@return PipeAddress
function StandardIO:getHost() end

---Reads no more until `resumeProducing`.
function StandardIO:pauseProducing() end

---Goes on reading.
function StandardIO:resumeProducing() end

---As loseConnection.
function StandardIO:stopProducing() end

---Lets a producer write at the speed of standard output, as `Transport:registerProducer`.
---@param producer table
---@param streaming boolean
function StandardIO:registerProducer(producer, streaming) end

---Ends what registerProducer began.
function StandardIO:unregisterProducer() end

return StandardIO
