---A TCP connection: what a protocol writes to.
---@class Transport
---@field connected boolean false once the connection is gone
---@field disconnecting boolean true once it was told to close
local Transport = {}

---Sends bytes, in the order written.
---@param data string
function Transport:write(data) end

---Sends a list of strings as one.
---@param data string[]
function Transport:writeSequence(data) end

---Closes the connection once all that was written has been sent.
function Transport:loseConnection() end

---Closes the sending half once all that was written has been sent; the other end can go on sending.
function Transport:loseWriteConnection() end

---Closes the connection at once; what was not sent yet is dropped.
function Transport:abortConnection() end

---The address of the other end.
---@return IPv4Address|IPv6Address
function Transport:getPeer() end

---The address of this end.
---@return IPv4Address|IPv6Address
function Transport:getHost() end

---Reads no more until `resumeProducing`.
function Transport:pauseProducing() end

---Goes on reading.
function Transport:resumeProducing() end

---As loseConnection.
function Transport:stopProducing() end

---Lets a producer write at the speed of the connection: it is told to pause, to resume and to stop.
---@param producer table with resumeProducing, stopProducing and, when it streams, pauseProducing
---@param streaming boolean false for one that writes once for each resumeProducing
function Transport:registerProducer(producer, streaming) end

---Ends what registerProducer began.
function Transport:unregisterProducer() end

---Whether small pieces are sent at once (TCP_NODELAY).
---@param enabled boolean
function Transport:setTcpNoDelay(enabled) end

---Whether small pieces are sent at once.
---@return boolean
function Transport:getTcpNoDelay() end

---Whether the system checks that a silent peer is still there (SO_KEEPALIVE).
---@param enabled boolean
function Transport:setTcpKeepAlive(enabled) end

---Whether the system checks that a silent peer is still there.
---@return boolean
function Transport:getTcpKeepAlive() end

return Transport
