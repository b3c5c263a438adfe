-- Addresses of the two ends of a connection. Equal fields make equal addresses.
local class = require("class")

local function quoted(value)
  return value == nil and "None" or "'" .. tostring(value) .. "'"
end

---An IPv4 address and port.
---@class IPv4Address
---@field type "TCP"|"UDP"
---@field host string dotted: "127.0.0.1"
---@field port integer
---@overload fun(type: string, host: string, port: integer): IPv4Address
local IPv4Address = class("IPv4Address")
class.allocator(IPv4Address, function()
  return { type = nil, host = nil, port = nil }
end)

function IPv4Address:__init(type, host, port)
  self.type, self.host, self.port = type, host, port
end

function IPv4Address.__eq(a, b)
  return class.typeOf(a) == class.typeOf(b) and a.type == b.type and a.host == b.host and a.port == b.port
end

function IPv4Address:__tostring()
  return string.format("IPv4Address(type='%s', host='%s', port=%s)", self.type, self.host, self.port)
end

---An IPv6 address and port.
---@class IPv6Address
---@field type "TCP"|"UDP"
---@field host string with colons: "::1"
---@field port integer
---@field flowInfo integer 0 unless given
---@field scopeID integer|string the interface's number, 0 unless given
---@overload fun(type: string, host: string, port: integer, flowInfo?: integer, scopeID?: integer|string): IPv6Address
local IPv6Address = class("IPv6Address")

function IPv6Address:__init(type, host, port, flowInfo, scopeID)
  self.type, self.host, self.port = type, host, port
  self.flowInfo, self.scopeID = flowInfo or 0, scopeID or 0
end

function IPv6Address.__eq(a, b)
  return class.typeOf(a) == class.typeOf(b) and a.type == b.type and a.host == b.host and a.port == b.port
    and a.flowInfo == b.flowInfo and a.scopeID == b.scopeID
end

function IPv6Address:__tostring()
  return string.format("IPv6Address(type='%s', host='%s', port=%s, flowInfo=%s, scopeID=%s)",
    self.type, self.host, self.port, self.flowInfo, self.scopeID)
end

---The path of a UNIX socket; nil for the unnamed end of a connection. Two unnamed ends are equal only when the same.
---@class UNIXAddress
---@field name string|nil
---@overload fun(name?: string): UNIXAddress
local UNIXAddress = class("UNIXAddress")

function UNIXAddress:__init(name)
  self.name = name
end

function UNIXAddress.__eq(a, b)
  return class.typeOf(a) == class.typeOf(b) and a.name ~= nil and a.name == b.name
end

function UNIXAddress:__tostring()
  return "UNIXAddress(" .. quoted(self.name) .. ")"
end

---An end of a pipe or of standard input and output. It has no fields; all are equal.
---@class PipeAddress
---@overload fun(): PipeAddress
local PipeAddress = class("PipeAddress")

function PipeAddress.__eq(a, b)
  return class.typeOf(a) == class.typeOf(b)
end

---The end of a process's pipes.
---@class _ProcessAddress
---@overload fun(): _ProcessAddress
local ProcessAddress = class("_ProcessAddress")

function ProcessAddress.__eq(a, b)
  return class.typeOf(a) == class.typeOf(b)
end

---An end of a connection on a host given by name.
---@class HostnameAddress
---@field hostname string
---@field port integer
---@overload fun(hostname: string, port: integer): HostnameAddress
local HostnameAddress = class("HostnameAddress")

function HostnameAddress:__init(hostname, port)
  self.hostname, self.port = hostname, port
end

function HostnameAddress.__eq(a, b)
  return class.typeOf(a) == class.typeOf(b) and a.hostname == b.hostname and a.port == b.port
end

function HostnameAddress:__tostring()
  return string.format("HostnameAddress(hostname='%s', port=%s)", self.hostname, self.port)
end

return {
  IPv4Address = IPv4Address,
  IPv6Address = IPv6Address,
  UNIXAddress = UNIXAddress,
  PipeAddress = PipeAddress,
  HostnameAddress = HostnameAddress,
  _ProcessAddress = ProcessAddress,
}
