local class = require("class")
local error = require("twisted.internet.error")
local unittest = require("twisted.trial.unittest")

local StringificationTests = class("StringificationTests", unittest.TestCase)

-- name, its parent, its text without arguments (with the full stop, where there is one)
local catalogue = {
  { "ConnectionDone", "ConnectionClosed", "Connection was closed cleanly." },
  { "ConnectionLost", "ConnectionClosed", "Connection to the other side was lost in a non-clean fashion." },
  { "ConnectionAborted", "ConnectionLost",
    "Connection was aborted locally using ITCPTransport.abortConnection." },
  { "ConnectionFdescWentAway", "ConnectionLost", "Uh." },
  { "ConnectError", "Exception", "An error occurred while connecting." },
  { "ConnectBindError", "ConnectError", "Couldn't bind." },
  { "UnknownHostError", "ConnectError", "Hostname couldn't be looked up." },
  { "NoRouteError", "ConnectError", "No route to host." },
  { "ConnectionRefusedError", "ConnectError", "Connection was refused by other side." },
  { "TCPTimedOutError", "ConnectError", "TCP connection timed out." },
  { "BadFileError", "ConnectError", "File used for UNIX socket is no good." },
  { "ServiceNameUnknownError", "ConnectError", "Service name given as port is unknown." },
  { "SSLError", "ConnectError", "An SSL error occurred." },
  { "UserError", "ConnectError", "User aborted connection." },
  { "TimeoutError", "UserError", "User timeout caused connection failure." },
  { "DNSLookupError", "OSError", "DNS lookup failed." },
  { "BindError", "Exception", "An error occurred binding to an interface." },
  { "NotConnectingError", "RuntimeError",
    "The Connector was not connecting when it was asked to stop connecting." },
  { "NotListeningError", "RuntimeError", "The Port was not listening when it was asked to stop listening." },
  { "MessageLengthError", "Exception", "Message is too long to send." },
  { "AlreadyCalled", "ValueError", "Tried to cancel an already-called event." },
  { "AlreadyCancelled", "ValueError", "Tried to cancel an already-cancelled event." },
}

function StringificationTests:test_themAll()
  for _, entry in ipairs(catalogue) do
    local name, parent, text = table.unpack(entry)
    local cls = error[name]
    self:assertEqual(tostring(cls()), text)
    self:assertEqual(tostring(cls("why")), text:sub(1, -2) .. ": why.")
    self:assertIs(cls.__base, error[parent], name)
  end
end

function StringificationTests:test_severalArguments()
  self:assertEqual(tostring(error.ConnectionLost("a", "b")),
    "Connection to the other side was lost in a non-clean fashion: a b.")
  local refused = error.ConnectionRefusedError(111, "Connection refused")
  self:assertEqual(tostring(refused), "Connection was refused by other side: 111: Connection refused.")
  self:assertEqual(refused.osError, 111)
end

function StringificationTests:test_cannotListenError()
  local e = error.CannotListenError("", 80, "[Errno 98] Address already in use")

  self:assertEqual(tostring(e), "Couldn't listen on any:80: [Errno 98] Address already in use.")
  self:assertEqual({ e.interface, e.port, e.socketError }, { "", 80, "[Errno 98] Address already in use" })
  self:assertEqual(tostring(error.CannotListenError("::1", 80, "x")), "Couldn't listen on ::1:80: x.")
end

function StringificationTests:test_processes()
  local done, exited, killed = error.ProcessDone(0), error.ProcessTerminated(3, nil, 768), error.ProcessTerminated(nil, 9)

  self:assertEqual(tostring(done),
    "A process has ended without apparent errors: process finished with exit code 0.")
  self:assertEqual(tostring(exited),
    "A process has ended with a probable error condition: process ended with exit code 3.")
  self:assertEqual(tostring(killed),
    "A process has ended with a probable error condition: process ended by signal 9.")
  self:assertEqual({ done.exitCode, exited.exitCode, exited.status, killed.signal }, { 0, 3, 768, 9 })
end

function StringificationTests:test_connectingCancelledError()
  local address = {}

  self:assertIs(error.ConnectingCancelledError(address).address, address)
end

function StringificationTests:test_noMessageIsEmpty()
  for name, cls in pairs(error) do
    if class.isclass(cls) then
      self:assertNotEqual(tostring(cls()), "", name)
    end
  end
end

function StringificationTests:test_pythonsErrors()
  self:assertEqual(tostring(error.ValueError("wrong")), "wrong")
  self:assertEqual(tostring(error.ValueError(1, "b")), "(1, 'b')")
  self:assertEqual(tostring(error.ValueError()), "ValueError")
  self:assertEqual(error.ValueError("a", 2).args, { "a", 2 })
end

local SubclassingTests = class("SubclassingTests", unittest.TestCase)

function SubclassingTests:test_connectionLostSubclassOfConnectionClosed()
  self:assertTrue(class.issubclass(error.ConnectionLost, error.ConnectionClosed))
end

function SubclassingTests:test_connectionDoneSubclassOfConnectionClosed()
  self:assertTrue(class.issubclass(error.ConnectionDone, error.ConnectionClosed))
end

function SubclassingTests:test_invalidAddressErrorSubclassOfValueError()
  self:assertTrue(class.issubclass(error.InvalidAddressError, error.ValueError))
end

local GetConnectErrorTests = class("GetConnectErrorTests", unittest.TestCase)

function GetConnectErrorTests:assertBecomes(e, cls, osError, message)
  local made = error.getConnectError(e)

  self:assertIs(class.typeOf(made), cls)
  self:assertEqual(made.osError, osError)
  self:assertEqual(made.args, { message })
end

function GetConnectErrorTests:test_errno()
  self:assertBecomes({ 101, "lalala" }, error.NoRouteError, 101, "lalala")
  self:assertBecomes({ 111, "lalala" }, error.ConnectionRefusedError, 111, "lalala")
  self:assertBecomes({ 110, "lalala" }, error.TCPTimedOutError, 110, "lalala")
  self:assertBecomes(error.OSError(5, "lalala"), error.ConnectError, 5, "lalala")
end

function GetConnectErrorTests:test_gaierror()
  self:assertBecomes({ -2, "Name or service not known" }, error.UnknownHostError, -2, "Name or service not known")
end

function GetConnectErrorTests:test_nonTuple()
  self:assertBecomes("hello", error.ConnectError, nil, "hello")
end

local FromHostTests = class("FromHostTests", unittest.TestCase)

function FromHostTests:test_theMessageIsTheHosts()
  local e = error.fromHost("ConnectionRefusedError", "Just this")

  self:assertIsInstance(e, error.ConnectionRefusedError)
  self:assertEqual(tostring(e), "Just this")
end

function FromHostTests:test_anyNameIsAnError()
  self:assertIsInstance(error.fromHost("CancelledError", "m"), require("twisted.internet.defer").CancelledError)
  self:assertIsInstance(error.fromHost("TypeError", "m"), error.TypeError)
  for _, name in ipairs({ "NoSuchError", "fromHost", "" }) do
    local e = error.fromHost(name, "m")
    self:assertIs(class.typeOf(e), error.RuntimeError)
    self:assertEqual(tostring(e), "m")
  end
end

return { StringificationTests, SubclassingTests, GetConnectErrorTests, FromHostTests }
