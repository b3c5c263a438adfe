using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace LuaReactor.Sockets;

/// <summary>A socket of Linux with nothing around it: one object with one number, no finalizer, no asynchronous state.</summary>
internal sealed unsafe class NativeSocket : StreamSocket
{
    private int _fd;

    internal NativeSocket(int fd) => _fd = fd;

    public override nint Handle => _fd;

    public override Address Local
    {
        get
        {
            var buffer = stackalloc byte[Address.LongestSockAddr];
            var length = (uint)Address.LongestSockAddr;
            Demand(Libc.getsockname(Open, buffer, &length));
            return Name(buffer, length);
        }
    }

    public override Address Remote
    {
        get
        {
            var buffer = stackalloc byte[Address.LongestSockAddr];
            var length = (uint)Address.LongestSockAddr;
            Demand(Libc.getpeername(Open, buffer, &length));
            return Name(buffer, length);
        }
    }

    public override bool NoDelay
    {
        get => GetOption(Libc.IpProtoTcp, Libc.TcpNoDelay) != 0;
        set => SetOption(Libc.IpProtoTcp, Libc.TcpNoDelay, value);
    }

    public override bool KeepAlive
    {
        get => GetOption(Libc.SolSocket, Libc.SoKeepAlive) != 0;
        set => SetOption(Libc.SolSocket, Libc.SoKeepAlive, value);
    }

    public override bool ReuseAddress
    {
        get => GetOption(Libc.SolSocket, Libc.SoReuseAddr) != 0;
        set => SetOption(Libc.SolSocket, Libc.SoReuseAddr, value);
    }

    public override bool OnlyIPv6
    {
        get => GetOption(Libc.IpProtoIPv6, Libc.IPv6OnlyV6) != 0;
        set => SetOption(Libc.IpProtoIPv6, Libc.IPv6OnlyV6, value);
    }

    private int Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_fd < 0, this);
            return _fd;
        }
    }

    /// <summary>A new socket, or null and the reason: too many open ones is a matter of course.</summary>
    public static NativeSocket? Create(AddressFamily family, out SocketError error)
    {
        var domain = family == AddressFamily.InterNetworkV6 ? Libc.AfInet6 : Libc.AfInet;
        var fd = Libc.socket(domain, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        error = fd < 0 ? SocketErrors.FromErrno(Libc.Errno) : SocketError.Success;
        return fd < 0 ? null : new NativeSocket(fd);
    }

    public override SocketError Connect(in Address to)
    {
        var buffer = stackalloc byte[Address.LongestSockAddr];
        var length = to.ToSockAddr(new Span<byte>(buffer, Address.LongestSockAddr));
        return Outcome(Libc.connect(_fd, buffer, (uint)length)) switch
        {
            // connect(2): a signal does not stop the attempt.
            SocketError.Interrupted => SocketError.InProgress,
            // connect(2): EAGAIN is no attempt at all, but a system short of something.
            SocketError.WouldBlock => SocketError.NoBufferSpaceAvailable,
            var error => error,
        };
    }

    public override SocketError TakeError()
    {
        int value;
        var length = (uint)sizeof(int);
        return Libc.getsockopt(_fd, Libc.SolSocket, Libc.SoError, &value, &length) < 0
            ? SocketErrors.FromErrno(Libc.Errno)
            : SocketErrors.FromErrno(value);
    }

    public override SocketError Bind(in Address address)
    {
        var buffer = stackalloc byte[Address.LongestSockAddr];
        var length = address.ToSockAddr(new Span<byte>(buffer, Address.LongestSockAddr));
        return Outcome(Libc.bind(_fd, buffer, (uint)length));
    }

    public override SocketError Listen(int backlog) => Outcome(Libc.listen(_fd, backlog));

    [SkipLocalsInit]
    public override SocketError Accept(out StreamSocket? accepted, out Address peer)
    {
        var buffer = stackalloc byte[Address.LongestSockAddr];
        var length = (uint)Address.LongestSockAddr;
        var fd = Libc.accept4(_fd, buffer, &length, Libc.SockNonBlock | Libc.SockCloseOnExec);
        (accepted, peer) = fd < 0 ? (null, default) : (new NativeSocket(fd), Name(buffer, length));
        return fd < 0 ? Again(Libc.Errno) : SocketError.Success;
    }

    public override SocketError Receive(Span<byte> buffer, out int count)
    {
        nint received;
        fixed (byte* bytes = buffer)
        {
            received = Libc.recv(_fd, bytes, buffer.Length, 0);
        }
        count = received < 0 ? 0 : (int)received;
        return received < 0 ? Again(Libc.Errno) : SocketError.Success;
    }

    public override SocketError Send(ReadOnlySpan<byte> data, out int count)
    {
        nint sent;
        fixed (byte* bytes = data)
        {
            sent = Libc.send(_fd, bytes, data.Length, Libc.MsgNoSignal);
        }
        count = sent < 0 ? 0 : (int)sent;
        return sent < 0 ? Again(Libc.Errno) : SocketError.Success;
    }

    public override SocketError Shutdown(SocketShutdown how) => Outcome(Libc.shutdown(_fd, how switch
    {
        SocketShutdown.Receive => Libc.ShutRead,
        SocketShutdown.Send => Libc.ShutWrite,
        _ => Libc.ShutBoth,
    }));

    public override void ResetOnClose()
    {
        var linger = stackalloc int[] { 1, 0 };
        Demand(Libc.setsockopt(Open, Libc.SolSocket, Libc.SoLinger, linger, 2 * sizeof(int)));
    }

    protected override void Dispose(bool disposing)
    {
        // The number is forgotten first: the system gives it to the next socket.
        var fd = _fd;
        _fd = -1;
        if (fd >= 0)
        {
            // close(2): on Linux the descriptor is gone whatever this returns, so it is never tried again.
            _ = Libc.close(fd);
        }
    }

    private static Address Name(byte* buffer, uint length) =>
        Address.FromSockAddr(new ReadOnlySpan<byte>(buffer, (int)Math.Min(length, Address.LongestSockAddr)));

    private static SocketError Outcome(int result) =>
        result < 0 ? SocketErrors.FromErrno(Libc.Errno) : SocketError.Success;

    // A call broken off by a signal has moved nothing; the level-triggered poller will bring us back.
    private static SocketError Again(int errno) =>
        errno is Libc.EAgain or Libc.EIntr ? SocketError.WouldBlock : SocketErrors.FromErrno(errno);

    private static void Demand(int result)
    {
        if (result < 0)
        {
            throw new SocketException((int)SocketErrors.FromErrno(Libc.Errno));
        }
    }

    private int GetOption(int level, int name)
    {
        int value;
        var length = (uint)sizeof(int);
        Demand(Libc.getsockopt(Open, level, name, &value, &length));
        return value;
    }

    private void SetOption(int level, int name, bool on)
    {
        var value = on ? 1 : 0;
        Demand(Libc.setsockopt(Open, level, name, &value, sizeof(int)));
    }
}
