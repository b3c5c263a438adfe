---A listening port: what `reactor.listenTCP` returns.
---@class Port
local Port = {}

---The address it listens on, with the port the system chose.
---@return IPv4Address|IPv6Address
function Port:getHost() end

---Listens again after stopListening.
function Port:startListening() end

---Takes no more connections; those that stand live on.
---@return Deferred deferred fires with nil once the factory has been stopped
function Port:stopListening() end

return Port
