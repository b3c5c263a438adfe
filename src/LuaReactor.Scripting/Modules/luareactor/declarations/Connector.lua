---A connection that is being made, or was: what `reactor.connectTCP` returns and client factories are told of.
---@class Connector
---@field state "connecting"|"connected"|"disconnected" how far it is
local Connector = {}

---Connects once more, after the connection failed or was lost.
function Connector:connect() end

---Closes the connection, or gives the attempt up.
function Connector:disconnect() end

---Gives the attempt up; raises NotConnectingError when there is none.
function Connector:stopConnecting() end

---Where it connects to, the host as it was given.
---@return IPv4Address|IPv6Address
function Connector:getDestination() end

return Connector
