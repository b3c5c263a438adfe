--- Standard input and output as a transport (twisted.internet.stdio).
local address = require("twisted.internet.address")
local class = require("class")
local host = require("luareactor.stdio")
local types = require("luareactor.types")

local stdio = {}

-- Described in luareactor/declarations/StandardIO.lua.
function types.StandardIO:getPeer()
  return address.PipeAddress()
end

function types.StandardIO:getHost()
  return address.PipeAddress()
end

--- Connects a protocol to this process's standard input and output, at once. At the end of input the protocol hears
--- `readConnectionLost` when it has such a method, else `connectionLost`; unlike in Twisted what it writes afterwards
--- still reaches standard output.
---@param protocol table a Protocol
---@return StandardIO transport
function stdio.StandardIO(protocol)
  if not class.typeOf(protocol) then
    error("StandardIO: a protocol is needed, got " .. type(protocol), 2)
  end
  return host.open(protocol)
end

return stdio
