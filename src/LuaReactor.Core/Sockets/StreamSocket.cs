using System.Net.Sockets;

namespace LuaReactor.Sockets;

/// <summary>A non-blocking stream socket. What may happen to any connection is a returned <see cref="SocketError"/>, never an exception.</summary>
/// <remarks>"Not yet" is <see cref="SocketError.WouldBlock"/>. Not safe for use by two threads.</remarks>
public abstract class StreamSocket : IDisposable
{
    /// <summary>The file descriptor, or -1 when closed.</summary>
    public abstract nint Handle { get; }

    /// <summary>The .NET socket underneath, for a poller that selects over such; null for a bare descriptor.</summary>
    public virtual Socket? Managed => null;

    /// <summary>This end's address (getsockname).</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="SocketException">The system knows none.</exception>
    public abstract Address Local { get; }

    /// <summary>The peer's address (getpeername).</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="SocketException">The socket is not connected.</exception>
    public abstract Address Remote { get; }

    /// <summary>TCP_NODELAY: small writes leave at once.</summary>
    /// <exception cref="SocketException">Closed, or not a TCP socket; so for the other options.</exception>
    public abstract bool NoDelay { get; set; }

    /// <summary>SO_KEEPALIVE: the system probes an idle peer.</summary>
    public abstract bool KeepAlive { get; set; }

    /// <summary>SO_REUSEADDR, wanted by servers on Unix and harmful on Windows, where it lets others take the port.</summary>
    public abstract bool ReuseAddress { get; set; }

    /// <summary>IPV6_V6ONLY: a listener on <c>::</c> leaves IPv4 to others.</summary>
    public abstract bool OnlyIPv6 { get; set; }

    /// <summary>Begins to connect: <see cref="SocketError.Success"/> when done at once, <see cref="SocketError.InProgress"/> or
    /// <see cref="SocketError.WouldBlock"/> when writability and <see cref="TakeError"/> will tell, or what went wrong.</summary>
    public abstract SocketError Connect(in Address to);

    /// <summary>The error that waits on the socket (SO_ERROR), which this clears.</summary>
    public abstract SocketError TakeError();

    /// <summary>Takes a local address.</summary>
    public abstract SocketError Bind(in Address address);

    /// <summary>Begins to listen, with room for <paramref name="backlog"/> connections not yet accepted.</summary>
    public abstract SocketError Listen(int backlog);

    /// <summary>Accepts one connection, non-blocking; <see cref="SocketError.WouldBlock"/> when none waits.</summary>
    public abstract SocketError Accept(out StreamSocket? accepted, out Address peer);

    /// <summary>Reads what is there; <see cref="SocketError.Success"/> and a count of 0 mean that the peer has ended its side.</summary>
    public abstract SocketError Receive(Span<byte> buffer, out int count);

    /// <summary>Sends what fits into the system's buffer; never raises SIGPIPE.</summary>
    public abstract SocketError Send(ReadOnlySpan<byte> data, out int count);

    /// <summary>Ends one side, or both.</summary>
    public abstract SocketError Shutdown(SocketShutdown how);

    /// <summary>Makes closing send a reset instead of a goodbye (SO_LINGER of 0 seconds): Twisted's abortConnection.</summary>
    public abstract void ResetOnClose();

    /// <summary>Closes the socket; a second time does nothing. Take it off the poller first.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what the socket stands for.</summary>
    protected abstract void Dispose(bool disposing);
}
