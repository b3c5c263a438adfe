-- The errors of the reactor and its transports, with Twisted's names, parents and texts.
local class = require("class")
local exception = require("twisted.python.exception")

local Exception = exception.Exception

local error = {}
for name, cls in pairs(exception) do
  if class.isclass(cls) then
    error[name] = cls
  end
end

-- "Text: argument argument."
local function sentence(self)
  local text = self._text
  if #self.args > 0 then
    local words = {}
    for i, value in ipairs(self.args) do
      words[i] = tostring(value)
    end
    text = text .. ": " .. table.concat(words, " ")
  end
  return text .. "."
end

local function declare(name, base, text)
  local cls = class(name, base)
  if text then
    cls._text = text
    cls._describe = sentence
  end
  error[name] = cls
  return cls
end

-- An error whose text in Twisted is empty gets a sentence that says what to do.
local function declareHelpful(name, base, text)
  local cls = class(name, base)
  cls._text = text
  cls._describe = Exception._describe
  error[name] = cls
  return cls
end

-- Closing

local ConnectionClosed = declareHelpful("ConnectionClosed", Exception, "The connection was closed.")
local ConnectionDone = declare("ConnectionDone", ConnectionClosed, "Connection was closed cleanly")
local ConnectionLost = declare("ConnectionLost", ConnectionClosed,
  "Connection to the other side was lost in a non-clean fashion")
declare("ConnectionAborted", ConnectionLost, "Connection was aborted locally using ITCPTransport.abortConnection")
declare("ConnectionFdescWentAway", ConnectionLost, "Uh")
declare("FileDescriptorOverrun", ConnectionLost,
  "A mis-use of IUNIXTransport.sendFileDescriptor caused the connection to be closed")

-- Connecting

---A connection could not be made. Its subclasses say why.
---@class ConnectError: Exception
---@field osError any the operating system's word on it (a number or a text), or nil
local ConnectError = declare("ConnectError", Exception, "An error occurred while connecting")

---@param osError? any
---@param message? string
function ConnectError:__init(osError, message)
  self.osError = osError
  self.args = message ~= nil and { message } or {}
end

function ConnectError:_describe()
  local text = self._text
  if self.osError ~= nil then
    text = text .. ": " .. tostring(self.osError)
  end
  if self.args[1] ~= nil then
    text = text .. ": " .. tostring(self.args[1])
  end
  return text .. "."
end

local function declareConnect(name, base, text)
  local cls = declare(name, base)
  cls._text = text
  return cls
end

declareConnect("ConnectBindError", ConnectError, "Couldn't bind")
declareConnect("UnknownHostError", ConnectError, "Hostname couldn't be looked up")
declareConnect("NoRouteError", ConnectError, "No route to host")
declareConnect("ConnectionRefusedError", ConnectError, "Connection was refused by other side")
declareConnect("TCPTimedOutError", ConnectError, "TCP connection timed out")
declareConnect("BadFileError", ConnectError, "File used for UNIX socket is no good")
declareConnect("ServiceNameUnknownError", ConnectError, "Service name given as port is unknown")
declareConnect("SSLError", ConnectError, "An SSL error occurred")
local UserError = declareConnect("UserError", ConnectError, "User aborted connection")
declareConnect("TimeoutError", UserError, "User timeout caused connection failure")

-- Linux's numbers for what has a class of its own.
local byNumber = {
  [101] = error.NoRouteError, [110] = error.TCPTimedOutError, [111] = error.ConnectionRefusedError,
}

---The error for what the operating system said when a connection could not be made.
---@param e any its number and its text, in a table or an error's `args`; anything else becomes a ConnectError's text.
---A number below 0 is one of getaddrinfo's: the host's name has no address
---@return ConnectError
function error.getConnectError(e)
  local words = type(e) == "table" and (e.args or e) or {}
  local number, text = words[1], words[2]
  if #words ~= 2 or math.type(number) ~= "integer" then
    return ConnectError(nil, tostring(e))
  end
  return (number < 0 and error.UnknownHostError or byNumber[number] or ConnectError)(number, text)
end

declareHelpful("VerifyError", Exception, "The peer's certificate could not be verified.")
declareHelpful("PeerVerifyError", error.VerifyError, "The peer rejected our certificate.")
declareHelpful("CertificateError", Exception, "The certificate does not fit the peer.")

---A connect was cancelled before it was done.
---@class ConnectingCancelledError: Exception
---@field address any where the connection was to go
local ConnectingCancelledError = declareHelpful("ConnectingCancelledError", Exception, "Connecting was cancelled.")

---@param address any
function ConnectingCancelledError:__init(address)
  Exception.__init(self, address)
  self.address = address
end

declareHelpful("NoProtocol", Exception, "The factory's buildProtocol returned no protocol.")
declareHelpful("ConnectInProgressError", Exception, "The connection is still being made.")
declare("DNSLookupError", exception.OSError, "DNS lookup failed")

-- Listening

local BindError = declare("BindError", Exception, "An error occurred binding to an interface")

---A port could not be listened on.
---@class CannotListenError: Exception
---@field interface string the address asked for, "" for any
---@field port integer|string
---@field socketError any why not
local CannotListenError = declare("CannotListenError", BindError)

---@param interface string|nil
---@param port integer|string
---@param socketError any
function CannotListenError:__init(interface, port, socketError)
  Exception.__init(self, interface, port, socketError)
  self.interface, self.port, self.socketError = interface, port, socketError
end

function CannotListenError:_describe()
  local interface = self.interface
  if interface == nil or interface == "" then
    interface = "any"
  end
  return string.format("Couldn't listen on %s:%s: %s.", interface, tostring(self.port), tostring(self.socketError))
end

declareHelpful("AlreadyListened", Exception, "This port is listening already.")
declare("NotListeningError", exception.RuntimeError,
  "The Port was not listening when it was asked to stop listening")
declare("NotConnectingError", exception.RuntimeError,
  "The Connector was not connecting when it was asked to stop connecting")
declareHelpful("UnsupportedAddressFamily", Exception, "The socket's address family is not supported.")
declareHelpful("UnsupportedSocketType", Exception, "The socket's type is not supported.")

-- Datagrams

declare("MessageLengthError", Exception, "Message is too long to send")
declareHelpful("MulticastJoinError", Exception, "The multicast group could not be joined or left.")

---An address is not of the form that is wanted.
---@class InvalidAddressError: ValueError
---@field address any
---@field message string
local InvalidAddressError = declare("InvalidAddressError", exception.ValueError)

---@param address any
---@param message string
function InvalidAddressError:__init(address, message)
  Exception.__init(self, address, message)
  self.address, self.message = address, message
end

-- Delayed calls and the reactor

declare("AlreadyCalled", exception.ValueError, "Tried to cancel an already-called event")
declare("AlreadyCancelled", exception.ValueError, "Tried to cancel an already-cancelled event")
declareHelpful("ReactorNotRunning", exception.RuntimeError,
  "Can't stop reactor that isn't running.")
declareHelpful("ReactorAlreadyRunning", exception.RuntimeError,
  "The reactor is running already: run() is called once, and not from inside a callback.")
declareHelpful("ReactorNotRestartable", exception.RuntimeError,
  "The reactor has been stopped and cannot be run again: do all the work within one run().")
declareHelpful("ReactorAlreadyInstalledError", exception.AssertionError, "A reactor is installed already.")

-- Processes

---A process has ended with exit code 0.
---@class ProcessDone: ConnectionDone
---@field exitCode integer always 0
---@field signal nil
---@field status any
local ProcessDone = declare("ProcessDone", ConnectionDone, "A process has ended without apparent errors")

---@param status? any as the operating system gave it
function ProcessDone:__init(status)
  Exception.__init(self, "process finished with exit code 0")
  self.exitCode, self.signal, self.status = 0, nil, status
end

---A process has ended with an exit code other than 0, or by a signal.
---@class ProcessTerminated: ConnectionLost
---@field exitCode integer|nil
---@field signal integer|nil
---@field status any
local ProcessTerminated = declare("ProcessTerminated", ConnectionLost,
  "A process has ended with a probable error condition")

---@param exitCode? integer
---@param signal? integer
---@param status? any as the operating system gave it
function ProcessTerminated:__init(exitCode, signal, status)
  local text = "process ended"
  if exitCode ~= nil then
    text = text .. " with exit code " .. tostring(exitCode)
  end
  if signal ~= nil then
    text = text .. " by signal " .. tostring(signal)
  end
  Exception.__init(self, text)
  self.exitCode, self.signal, self.status = exitCode, signal, status
end

declareHelpful("ProcessExitedAlready", Exception, "The process has ended already.")

---Makes the error object for an error of the host: an object of the class called `name` whose message is `message`.
---An unknown name gives a RuntimeError. Errors of `twisted.internet.defer` are known too.
---@param name string
---@param message string
---@param ... any what a CannotListenError is made with: interface, port, the system's word
---@return Exception
function error.fromHost(name, message, ...)
  if name == "CannotListenError" and select("#", ...) > 0 then
    return CannotListenError(...)
  end
  local cls = error[name]
  if not class.issubclass(cls, Exception) then
    cls = require("twisted.internet._errors")[name]
  end
  if not class.issubclass(cls, Exception) then
    cls = exception.RuntimeError
  end
  return exception.ready(cls, message)
end

return error
