using System.Net;
using System.Net.Sockets;

namespace LuaReactor.Sockets;

/// <summary>A .NET socket that never blocks, for systems without epoll; what .NET throws for "not yet" ends here as a value.</summary>
internal sealed class ManagedSocket : StreamSocket
{
    // .NET's ReuseAddress sets SO_REUSEPORT too, and then two servers share a port without a word. The numbers are
    // those of sys/socket.h: Linux has its own, the BSDs and Windows agree.
    private static readonly int _rawSocketLevel = OperatingSystem.IsLinux() ? 1 : 0xffff;
    private static readonly int _rawReuseAddress = OperatingSystem.IsLinux() ? 2 : 4;

    private readonly Socket _socket;
    private bool _closed;

    private ManagedSocket(Socket socket)
    {
        _socket = socket;
        _socket.Blocking = false;
    }

    public override nint Handle => _closed ? -1 : _socket.Handle;

    public override Socket? Managed => _closed ? null : _socket;

    public override Address Local => Name(_socket.LocalEndPoint);

    public override Address Remote => Name(_socket.RemoteEndPoint);

    public override bool NoDelay
    {
        get => _socket.NoDelay;
        set => SetOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, value);
    }

    public override bool KeepAlive
    {
        get => GetOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive);
        set => SetOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, value);
    }

    public override bool ReuseAddress
    {
        get
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            _socket.GetRawSocketOption(_rawSocketLevel, _rawReuseAddress, value);
            return value.ContainsAnyExcept((byte)0);
        }

        set => _socket.SetRawSocketOption(_rawSocketLevel, _rawReuseAddress, BitConverter.GetBytes(value ? 1 : 0));
    }

    public override bool OnlyIPv6
    {
        get => GetOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only);
        set => SetOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, value);
    }

    /// <summary>A new socket, or null and the reason.</summary>
    public static ManagedSocket? Create(AddressFamily family, out SocketError error)
    {
        try
        {
            var socket = new ManagedSocket(new Socket(family, SocketType.Stream, ProtocolType.Tcp));
            error = SocketError.Success;
            return socket;
        }
        catch (SocketException refused)
        {
            error = refused.SocketErrorCode;
            return null;
        }
    }

    public override SocketError Connect(in Address to)
    {
        var endPoint = to.ToIPEndPoint();
        return Outcome(() => _socket.Connect(endPoint));
    }

    public override SocketError TakeError()
    {
        if (_closed)
        {
            return SocketError.OperationAborted;
        }
        return (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
    }

    public override SocketError Bind(in Address address)
    {
        var endPoint = address.ToIPEndPoint();
        return Outcome(() => _socket.Bind(endPoint));
    }

    public override SocketError Listen(int backlog) => Outcome(() => _socket.Listen(backlog));

    public override SocketError Accept(out StreamSocket? accepted, out Address peer)
    {
        (accepted, peer) = (null, default);
        if (_closed)
        {
            return SocketError.OperationAborted;
        }
        try
        {
            // Asking first spares an exception each time that nobody waits any more.
            if (!_socket.Poll(0, SelectMode.SelectRead))
            {
                return SocketError.WouldBlock;
            }
            var socket = _socket.Accept();
            peer = socket.RemoteEndPoint is IPEndPoint from ? Address.From(from) : default;
            accepted = new ManagedSocket(socket);
            return SocketError.Success;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode;
        }
    }

    public override SocketError Receive(Span<byte> buffer, out int count)
    {
        count = 0;
        if (_closed)
        {
            return SocketError.OperationAborted;
        }
        count = _socket.Receive(buffer, SocketFlags.None, out var error);
        return error;
    }

    public override SocketError Send(ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if (_closed)
        {
            return SocketError.OperationAborted;
        }
        count = _socket.Send(data, SocketFlags.None, out var error);
        return error;
    }

    public override SocketError Shutdown(SocketShutdown how) => Outcome(() => _socket.Shutdown(how));

    public override void ResetOnClose() => _socket.LingerState = new LingerOption(true, 0);

    protected override void Dispose(bool disposing)
    {
        _closed = true;
        _socket.Dispose();
    }

    private static Address Name(EndPoint? endPoint) =>
        endPoint is IPEndPoint address ? Address.From(address) : throw new SocketException((int)SocketError.NotConnected);

    private SocketError Outcome(Action call)
    {
        if (_closed)
        {
            return SocketError.OperationAborted;
        }
        try
        {
            call();
            return SocketError.Success;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode;
        }
    }

    private bool GetOption(SocketOptionLevel level, SocketOptionName name) => (int)_socket.GetSocketOption(level, name)! != 0;

    private void SetOption(SocketOptionLevel level, SocketOptionName name, bool on)
    {
        try
        {
            _socket.SetSocketOption(level, name, on);
        }
        catch (SocketException gone) when (gone.SocketErrorCode == SocketError.InvalidArgument)
        {
            // setsockopt(2) of macOS: EINVAL says that the peer has reset the connection, which the next read tells as well.
        }
    }
}
