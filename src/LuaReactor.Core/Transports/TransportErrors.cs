using System.Collections.Concurrent;
using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Sockets;

namespace LuaReactor.Transports;

// Names and texts are those of twisted.internet.error; a detail X follows the text as "text: X.".

/// <summary>A connection is over.</summary>
public abstract class ConnectionClosedException(string name, string message) : ReactorException(name, message);

/// <summary>A connection was closed in the orderly way, by either side.</summary>
public sealed class ConnectionDoneException() : ConnectionClosedException("ConnectionDone", "Connection was closed cleanly.");

/// <summary>A connection ended by a reset, a network error or the reactor's end.</summary>
public sealed class ConnectionLostException(string? detail = null) : ConnectionClosedException(
    "ConnectionLost", Text.WithDetail("Connection to the other side was lost in a non-clean fashion", detail));

/// <summary>A connection was thrown away by this side's <see cref="Connection.AbortConnection"/>.</summary>
public sealed class ConnectionAbortedException() : ConnectionClosedException(
    "ConnectionAborted", "Connection was aborted locally using ITCPTransport.abortConnection.");

/// <summary>A connection could not be made.</summary>
public class ConnectException : ReactorException
{
    internal ConnectException(string name, string message)
        : base(name, message)
    {
    }

    /// <summary>A failure that has no class of its own.</summary>
    public ConnectException(string? detail)
        : base("ConnectError", Text.WithDetail("An error occurred while connecting", detail))
    {
    }
}

/// <summary>No local descriptor or address could be had for a connection.</summary>
public sealed class ConnectBindException(string? detail = null)
    : ConnectException("ConnectBindError", Text.WithDetail("Couldn't bind", detail));

/// <summary>The other side refused.</summary>
public sealed class ConnectionRefusedException(string? detail = null)
    : ConnectException("ConnectionRefusedError", Text.WithDetail("Connection was refused by other side", detail));

/// <summary>There is no way to the other side's network.</summary>
public sealed class NoRouteException(string? detail = null)
    : ConnectException("NoRouteError", Text.WithDetail("No route to host", detail));

/// <summary>The system gave up waiting for the other side.</summary>
public sealed class TcpTimedOutException(string? detail = null)
    : ConnectException("TCPTimedOutError", Text.WithDetail("TCP connection timed out", detail));

/// <summary>The attempt was stopped by this program.</summary>
public sealed class UserAbortException() : ConnectException("UserError", "User aborted connection.");

/// <summary>The attempt took longer than its timeout.</summary>
public sealed class ConnectTimeoutException() : ConnectException("TimeoutError", "User timeout caused connection failure.");

/// <summary>A host name has no address.</summary>
public sealed class DnsLookupException(string host)
    : ReactorException("DNSLookupError", Text.WithDetail("DNS lookup failed", host));

/// <summary>A port could not be listened on.</summary>
public sealed class CannotListenException(string? @interface, int port, string cause) : ReactorException(
    "CannotListenError", $"Couldn't listen on {(string.IsNullOrEmpty(@interface) ? "any" : @interface)}:{port}: {cause}.")
{
    /// <summary>The interface as it was given; empty for all.</summary>
    public string Interface { get; } = @interface ?? "";

    /// <summary>The port as it was given.</summary>
    public int Port { get; } = port;

    /// <summary>What the system said, with its number.</summary>
    public string Cause { get; } = cause;
}

/// <summary><see cref="Connector.StopConnecting"/> on a connector that is not connecting.</summary>
public sealed class NotConnectingException() : ReactorException(
    "NotConnectingError",
    "The Connector was not connecting when it was asked to stop connecting: we're not trying to connect.");

/// <summary>A call that the object's state does not allow.</summary>
public sealed class WrongStateException(string message) : ReactorException("RuntimeError", message);

/// <summary>How an error of the system reads in these classes: the one place where a <see cref="SocketError"/> gets a meaning.</summary>
internal static class Text
{
    private static readonly ConcurrentDictionary<SocketError, string> _numbered = new();

    public static string WithDetail(string text, string? detail) => detail is null ? text + "." : $"{text}: {detail}.";

    public static ConnectException ToConnectException(this SocketError error) => error switch
    {
        SocketError.ConnectionRefused => new ConnectionRefusedException(Numbered(error)),
        SocketError.TimedOut => new TcpTimedOutException(Numbered(error)),
        SocketError.NetworkUnreachable => new NoRouteException(Numbered(error)),
        SocketError.TooManyOpenSockets or SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable
            => new ConnectBindException(Numbered(error)),
        _ => new ConnectException(Numbered(error)),
    };

    // A scan of all ports is refused sixty thousand times in the same words.
    public static string Numbered(SocketError error) =>
        _numbered.GetOrAdd(error, static error => $"{SocketErrors.Number(error)}: {SocketErrors.Text(error)}");

    public static string Bracketed(SocketError error) => $"[Errno {SocketErrors.Number(error)}] {SocketErrors.Text(error)}";
}
