using LuaReactor.Sockets;
using LuaReactor.Transports;

namespace LuaReactor.Tests.Transports;

/// <summary>A protocol that notes what it is told and then does what the test says.</summary>
internal sealed class Witness : IProtocol
{
    private readonly List<byte> _received = [];

    public Action<Witness>? OnMade { get; init; }

    public Action<Witness>? OnData { get; set; }

    public Action<Witness>? OnLost { get; set; }

    public Action<Witness>? OnReadLost { get; init; }

    public Action<Witness>? OnWriteLost { get; init; }

    public bool HalfCloseable { get; init; }

    /// <summary>What happened, in order: made, data, read lost, write lost, lost.</summary>
    public List<string> Calls { get; } = [];

    public Connection Transport { get; private set; } = null!;

    public bool Connected => Transport?.Connected == true;

    /// <summary>Why the connection is over; null while it is not.</summary>
    public Exception? Reason { get; private set; }

    public byte[] Received => [.. _received];

    public string Text => System.Text.Encoding.Latin1.GetString(Received);

    public long Count => _received.Count;

    public int Largest { get; private set; }

    public void MakeConnection(ITransport transport)
    {
        Transport = (Connection)transport;
        Calls.Add("made");
        OnMade?.Invoke(this);
    }

    public void DataReceived(ReadOnlySpan<byte> data)
    {
        Calls.Add("data");
        Largest = Math.Max(Largest, data.Length);
        _received.AddRange(data);
        OnData?.Invoke(this);
    }

    public void ConnectionLost(Exception reason)
    {
        Calls.Add("lost");
        Reason = reason;
        OnLost?.Invoke(this);
    }

    public void ReadConnectionLost()
    {
        Calls.Add("read lost");
        OnReadLost?.Invoke(this);
    }

    public void WriteConnectionLost()
    {
        Calls.Add("write lost");
        OnWriteLost?.Invoke(this);
    }
}

/// <summary>A factory, of servers and clients, that notes what it is told; each connection gets a witness.</summary>
internal sealed class WitnessFactory(Func<Witness?> build, List<string>? calls = null) : IClientFactory
{
    public WitnessFactory()
        : this(() => new Witness())
    {
    }

    public WitnessFactory(Witness one)
        : this(() => one)
    {
    }

    public List<string> Calls { get; } = calls ?? [];

    public List<Witness> Made { get; } = [];

    public Exception? Failure { get; private set; }

    public Exception? Loss { get; private set; }

    public Action<Connector>? OnStarted { get; init; }

    public Action<Connector>? OnFailed { get; init; }

    public Action<Connector>? OnLost { get; init; }

    public void DoStart() => Calls.Add("start");

    public void DoStop() => Calls.Add("stop");

    public IProtocol? BuildProtocol(Address peer)
    {
        Calls.Add("build");
        var one = build();
        if (one is not null)
        {
            Made.Add(one);
        }

        return one;
    }

    public void StartedConnecting(Connector connector)
    {
        Calls.Add($"started {connector.State}");
        OnStarted?.Invoke(connector);
    }

    public void ClientConnectionFailed(Connector connector, Exception reason)
    {
        Calls.Add($"failed {connector.State}");
        Failure = reason;
        OnFailed?.Invoke(connector);
    }

    public void ClientConnectionLost(Connector connector, Exception reason)
    {
        Calls.Add($"lost {connector.State}");
        Loss = reason;
        OnLost?.Invoke(connector);
    }
}
