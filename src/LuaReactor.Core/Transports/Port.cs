using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Sockets;

namespace LuaReactor.Transports;

/// <summary>A TCP port that is listened on: each connection that comes in gets a protocol of the factory's (Twisted's <c>IListeningPort</c>).</summary>
public sealed class Port : Descriptor
{
    // twisted.internet.tcp.Port.numberAccepts: other sockets have their turn after this many.
    private const int AcceptsPerTurn = 256;

    private readonly Network _network;
    private readonly IFactory _factory;
    private readonly string _interface;
    private readonly int _port;
    private readonly int _backlog;
    private StreamSocket? _socket;
    private StreamSocket? _reserve;
    private Address _peer;
    private IProtocol? _built;

    internal Port(Network network, int port, IFactory factory, int backlog, string @interface) =>
        (_network, _port, _factory, _backlog, _interface) = (network, port, factory, backlog, @interface);

    /// <summary>Whether connections are taken.</summary>
    public bool Listening => _socket is not null;

    /// <summary>The address listened on, with the real port where 0 was asked for.</summary>
    /// <exception cref="WrongStateException">The port is closed.</exception>
    public Address Host => _socket?.Local ?? throw new WrongStateException("getHost: the port is not listening");

    /// <summary>What makes the protocols.</summary>
    public IFactory Factory => _factory;

    /// <inheritdoc/>
    public override nint Handle => _socket?.Handle ?? -1;

    /// <inheritdoc/>
    public override Socket? Managed => _socket?.Managed;

    /// <summary>Binds and listens; the factory is started.</summary>
    /// <exception cref="CannotListenException">The address is in use, foreign or unknown.</exception>
    public void StartListening()
    {
        if (Listening)
        {
            throw new WrongStateException("startListening: the port is listening already");
        }

        var address = Resolver.TryLiteral(_interface, out var literal)
            ? literal
            : Resolver.LookUp(_interface)
                ?? throw new CannotListenException(_interface, _port, "[Errno -2] Name or service not known");
        var socket = _network.Loop.Poller.CreateStream(address.Family, out var error);
        if (socket is not null)
        {
            socket.ReuseAddress = !OperatingSystem.IsWindows();
            error = socket.Bind(address.WithPort(_port));
            error = error == SocketError.Success ? socket.Listen(_backlog) : error;
        }

        if (socket is null || error != SocketError.Success)
        {
            socket?.Dispose();
            throw new CannotListenException(_interface, _port, Text.Bracketed(error));
        }

        _socket = socket;
        _reserve = _network.Loop.Poller.CreateStream(address.Family, out _);
        _network.Slots.Count();
        _network.Ports.Add(this);
        _network.Loop.Guard.Run(_factory, static factory => factory.DoStart(), "doStart");
        _network.Loop.Poller.Watch(this, Readiness.Readable);
    }

    /// <summary>Takes no more connections; those that stand live on. The factory is stopped in a later turn, then <paramref name="done"/> is called.</summary>
    public void StopListening(Action? done = null)
    {
        if (Close())
        {
            _network.Loop.Post(StopFactory);
        }

        if (done is not null)
        {
            _network.Loop.Post(done);
        }
    }

    /// <inheritdoc/>
    public override void ReadReady()
    {
        for (var taken = 0; taken < AcceptsPerTurn && _socket is { } listening; taken++)
        {
            var error = listening.Accept(out var accepted, out _peer);
            switch (error)
            {
                case SocketError.Success:
                    _network.Slots.Count();
                    Welcome(accepted!);
                    break;
                case SocketError.ConnectionAborted or SocketError.ConnectionReset:
                    break; // the peer went away while it waited in the backlog
                case SocketError.TooManyOpenSockets:
                    if (!TurnAway(listening))
                    {
                        return;
                    }

                    break;
                case SocketError.WouldBlock:
                    return;
                default:
                    _network.Log.AcceptFailed(Text.Numbered(error));
                    return;
            }
        }
    }

    /// <inheritdoc/>
    public override void WriteReady()
    {
    }

    /// <summary>The reactor ends: as <see cref="StopListening"/>, but at once.</summary>
    internal void Shut()
    {
        if (Close())
        {
            StopFactory();
        }
    }

    /// <summary>Takes no more connections, and says nothing; false if it did not.</summary>
    internal bool Close()
    {
        if (_socket is not { } socket)
        {
            return false;
        }

        _network.Loop.Poller.Forget(this);
        socket.Dispose();
        _reserve?.Dispose();
        (_socket, _reserve) = (null, null);
        _network.Ports.Remove(this);
        _network.Slots.Release();
        return true;
    }

    private void StopFactory() => _network.Loop.Guard.Run(_factory, static factory => factory.DoStop(), "doStop");

    private void Welcome(StreamSocket accepted)
    {
        _built = null;
        var failed = _network.Loop.Guard.Run(this, static port => port._built = port._factory.BuildProtocol(port._peer), "buildProtocol");
        if (failed is not null || _built is null)
        {
            // Twisted leaks the socket when buildProtocol raises: the peer would wait for ever.
            accepted.Dispose();
            _network.Slots.Release();
            return;
        }

        new Connection(_network, accepted, _peer, _built).Start();
    }

    // Out of descriptors: a connection left in the backlog would wake the loop for ever, so the one kept in
    // reserve is given up to accept it and close it (twisted.internet.tcp._FileDescriptorReservation).
    private bool TurnAway(StreamSocket listening)
    {
        _reserve?.Dispose();
        var error = listening.Accept(out var accepted, out _);
        accepted?.Dispose();
        _reserve = _network.Loop.Poller.CreateStream(AddressFamily.InterNetwork, out _);
        // accept(2) asks for a descriptor before it looks whether anybody waits.
        if (error != SocketError.WouldBlock)
        {
            _network.Log.OutOfDescriptors();
        }

        return error == SocketError.Success;
    }
}
