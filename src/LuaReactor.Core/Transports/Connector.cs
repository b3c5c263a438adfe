using LuaReactor.Loop;
using LuaReactor.Sockets;

namespace LuaReactor.Transports;

/// <summary>Where a connector stands.</summary>
public enum ConnectorState
{
    /// <summary>Nothing is under way.</summary>
    Disconnected,

    /// <summary>An attempt is under way.</summary>
    Connecting,

    /// <summary>The connection stands.</summary>
    Connected,
}

/// <summary>Connects a client's factory to one destination, as often as it is told to (Twisted's <c>IConnector</c>).</summary>
public sealed class Connector
{
    private readonly Network _network;
    private readonly IClientFactory _factory;
    private readonly double _timeout;
    private readonly Address? _bindAddress;
    private ConnectAttempt? _attempt;
    private Connection? _connection;
    private DelayedCall? _timer;
    private IProtocol? _built;
    private bool _factoryStarted;

    internal Connector(Network network, string host, int port, IClientFactory factory, double timeout, Address? bindAddress) =>
        (_network, Host, Port, _factory, _timeout, _bindAddress) = (network, host, port, factory, timeout, bindAddress);

    /// <summary>Where the connector stands.</summary>
    public ConnectorState State { get; private set; }

    /// <summary>What hears of the attempts and makes the protocol.</summary>
    public IClientFactory Factory => _factory;

    /// <summary>The host as it was given: a name or an address.</summary>
    public string Host { get; }

    /// <summary>The port as it was given.</summary>
    public int Port { get; }

    /// <summary>Starts an attempt.</summary>
    /// <exception cref="WrongStateException">One is under way, or the connection stands.</exception>
    public void Connect()
    {
        if (State != ConnectorState.Disconnected)
        {
            throw new WrongStateException("can't connect in this state");
        }

        State = ConnectorState.Connecting;
        _network.Connecting.Add(this);
        if (!_factoryStarted)
        {
            _factoryStarted = true;
            _network.Loop.Guard.Run(_factory, static factory => factory.DoStart(), "doStart");
        }

        _attempt = new ConnectAttempt(_network, this, Host, Port, _bindAddress);
        StartTimer();
        _attempt.Start();
        _network.Loop.Guard.Run(this, static connector => connector._factory.StartedConnecting(connector), "startedConnecting");
    }

    /// <summary>Gives the attempt up: the factory hears of it with <see cref="UserAbortException"/>.</summary>
    /// <exception cref="NotConnectingException">No attempt is under way.</exception>
    public void StopConnecting()
    {
        if (State != ConnectorState.Connecting)
        {
            throw new NotConnectingException();
        }

        Failed(new UserAbortException());
    }

    /// <summary>Whatever is under way ends: an attempt is given up, a connection closed.</summary>
    public void Disconnect()
    {
        if (State == ConnectorState.Connecting)
        {
            StopConnecting();
        }
        else
        {
            _connection?.LoseConnection();
        }
    }

    /// <summary>The time to wait for a descriptor does not count: the timeout starts over.</summary>
    internal void RestartTimer()
    {
        StopTimer();
        StartTimer();
    }

    internal void StopTimer()
    {
        if (_timer is { Active: true } timer)
        {
            timer.Cancel();
        }

        _timer = null;
    }

    /// <summary>Gives the attempt up and tells nobody.</summary>
    internal void Discard()
    {
        StopTimer();
        _attempt?.Abandon();
        _attempt = null;
        State = ConnectorState.Disconnected;
        _network.Connecting.Remove(this);
    }

    internal void Failed(Exception reason)
    {
        if (State != ConnectorState.Connecting)
        {
            return;
        }

        Discard();
        _network.Loop.Guard.Run((this, reason), static call => call.Item1._factory.ClientConnectionFailed(call.Item1, call.reason), "clientConnectionFailed");
        StopFactory();
    }

    internal void Made(StreamSocket socket, in Address peer)
    {
        StopTimer();
        _attempt = null;
        State = ConnectorState.Connected;
        _network.Connecting.Remove(this);
        var address = peer;
        _built = null;
        var failed = _network.Loop.Guard.Run((this, address), static call => call.Item1._built = call.Item1._factory.BuildProtocol(call.address), "buildProtocol");
        if (failed is not null)
        {
            socket.Dispose();
            _network.Slots.Release();
            State = ConnectorState.Connecting;
            Failed(new ConnectException(failed.Message));
            return;
        }

        // No protocol: the connection is closed at once, and the factory hears of it as of any other.
        _connection = new ClientConnection(_network, socket, peer, _built ?? new Refusal(), this);
        _connection.Start();
    }

    internal void Lost(Exception reason)
    {
        State = ConnectorState.Disconnected;
        _connection = null;
        _network.Loop.Guard.Run((this, reason), static call => call.Item1._factory.ClientConnectionLost(call.Item1, call.reason), "clientConnectionLost");
        StopFactory();
    }

    private void StartTimer()
    {
        if (!double.IsInfinity(_timeout))
        {
            _network.Loop.Timers.Add(_timeout, _timer = new ConnectTimeout(this));
        }
    }

    // The factory may have connected again in the callback.
    private void StopFactory()
    {
        if (State == ConnectorState.Disconnected && _factoryStarted)
        {
            _factoryStarted = false;
            _network.Loop.Guard.Run(_factory, static factory => factory.DoStop(), "doStop");
        }
    }

    // A server's connections are many, and have no connector.
    private sealed class ClientConnection(Network network, StreamSocket socket, in Address peer, IProtocol protocol, Connector connector)
        : Connection(network, socket, peer, protocol)
    {
        private protected override void Lost(Exception reason) => connector.Lost(reason);
    }

    private sealed class ConnectTimeout(Connector connector) : DelayedCall
    {
        protected internal override void Run() => connector.Failed(new ConnectTimeoutException());
    }

    private sealed class Refusal : IProtocol
    {
        public void MakeConnection(ITransport transport) => transport.LoseConnection();

        public void DataReceived(ReadOnlySpan<byte> data)
        {
        }

        public void ConnectionLost(Exception reason)
        {
        }
    }
}
