-- What goes over connections, written down: in files, or in the log.
local class = require("class")
local log = require("twisted.python.log")
local wrapping = require("twisted.protocols._wrapping")

local ProtocolWrapper, WrappingFactory = wrapping.ProtocolWrapper, wrapping.WrappingFactory
local elided <const> = "<... elided>"

-- Text with quotes, and escapes for what is not ASCII.
local function quoted(data)
  return '"' .. data:gsub('[%c"\\\x7f-\xff]', function(byte)
    return byte == "\n" and "\\n" or byte == "\r" and "\\r" or byte == "\t" and "\\t"
      or (byte == '"' or byte == "\\") and "\\" .. byte or string.format("\\x%02x", byte:byte())
  end) .. '"'
end

---A protocol of a TrafficLoggingFactory.
---@class TrafficLoggingProtocol: ProtocolWrapper
---@overload fun(factory: WrappingFactory, wrappedProtocol: Protocol, logfile: any, lengthLimit?: integer, number?: integer): TrafficLoggingProtocol
local TrafficLoggingProtocol = class("TrafficLoggingProtocol", ProtocolWrapper)

function TrafficLoggingProtocol:__init(factory, wrappedProtocol, logfile, lengthLimit, number)
  ProtocolWrapper.__init(self, factory, wrappedProtocol)
  self.logfile, self.lengthLimit, self._number = logfile, lengthLimit, number or 0
end

function TrafficLoggingProtocol:_log(line)
  self.logfile:write(line, "\n")
  self.logfile:flush()
end

function TrafficLoggingProtocol:_logFrom(who, what)
  self:_log(who .. " " .. self._number .. ": " .. what)
end

function TrafficLoggingProtocol:_shown(data)
  local limit = self.lengthLimit
  if limit and #data > limit then
    data = data:sub(1, math.max(limit - #elided, 0)) .. elided
  end
  return quoted(data)
end

function TrafficLoggingProtocol:connectionMade()
  self:_log("*")
end

function TrafficLoggingProtocol:dataReceived(data)
  self:_logFrom("C", self:_shown(data))
  ProtocolWrapper.dataReceived(self, data)
end

function TrafficLoggingProtocol:connectionLost(reason)
  self:_logFrom("C", tostring(reason))
  ProtocolWrapper.connectionLost(self, reason)
  self.logfile:close()
end

function TrafficLoggingProtocol:write(data)
  self:_logFrom("S", self:_shown(data))
  ProtocolWrapper.write(self, data)
end

function TrafficLoggingProtocol:writeSequence(data)
  local shown = {}
  for i, piece in ipairs(data) do
    shown[i] = self:_shown(piece)
  end
  self:_logFrom("SV", "{" .. table.concat(shown, ", ") .. "}")
  ProtocolWrapper.writeSequence(self, data)
end

function TrafficLoggingProtocol:loseConnection()
  -- A protocol may close in its connectionLost, when the file is closed already or about to be.
  if self.wrappedProtocol then
    self:_logFrom("S", "*")
  end
  ProtocolWrapper.loseConnection(self)
end

---Writes what goes over each connection to a file of its own: `prefix-1`, `prefix-2`. A line is `*` for a connection made,
---`C n: "bytes"` for what the other end sent, `S n: "bytes"` for what was written (`SV` by writeSequence), `S n: *` for a
---loseConnection, and `C n: reason` at the end.
---@class TrafficLoggingFactory: WrappingFactory
---@field logfilePrefix string
---@field lengthLimit integer|nil of longer data only so many bytes are shown
---@overload fun(wrappedFactory: Factory, logfilePrefix: string, lengthLimit?: integer): TrafficLoggingFactory
local TrafficLoggingFactory = class("TrafficLoggingFactory", WrappingFactory)
TrafficLoggingFactory.protocol = TrafficLoggingProtocol
TrafficLoggingFactory._counter = 0

function TrafficLoggingFactory:__init(wrappedFactory, logfilePrefix, lengthLimit)
  WrappingFactory.__init(self, wrappedFactory)
  self.logfilePrefix, self.lengthLimit = logfilePrefix, lengthLimit
end

---Opens a connection's file. Override it to log elsewhere.
---@param name string
---@return file* file
function TrafficLoggingFactory:open(name)
  return assert(io.open(name, "w"))
end

function TrafficLoggingFactory:wrap(wrappedProtocol)
  self._counter = self._counter + 1
  local logfile = self:open(self.logfilePrefix .. "-" .. self._counter)
  return self.protocol(self, wrappedProtocol, logfile, self.lengthLimit, self._counter)
end

---Numbers connections from 1 again.
function TrafficLoggingFactory:resetCounter()
  self._counter = 0
end

---A protocol of a SpewingFactory.
---@class SpewingProtocol: ProtocolWrapper
local SpewingProtocol = class("SpewingProtocol", ProtocolWrapper)

function SpewingProtocol:dataReceived(data)
  log.msg("Received: " .. quoted(data))
  ProtocolWrapper.dataReceived(self, data)
end

function SpewingProtocol:write(data)
  log.msg("Sending: " .. quoted(data))
  ProtocolWrapper.write(self, data)
end

---Logs what goes over its connections.
---@class SpewingFactory: WrappingFactory
---@overload fun(wrappedFactory: Factory): SpewingFactory
local SpewingFactory = class("SpewingFactory", WrappingFactory)
SpewingFactory.protocol = SpewingProtocol

return {
  TrafficLoggingProtocol = TrafficLoggingProtocol,
  TrafficLoggingFactory = TrafficLoggingFactory,
  SpewingProtocol = SpewingProtocol,
  SpewingFactory = SpewingFactory,
}
