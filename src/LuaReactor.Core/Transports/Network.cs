using LuaReactor.Loop;
using LuaReactor.Sockets;
using Microsoft.Extensions.Logging;

namespace LuaReactor.Transports;

/// <summary>What the transports of one reactor share: its loop, the buffer they read into, and who is open.</summary>
internal sealed class Network(EventLoop loop, ILogger log, DescriptorSlots? slots = null)
{
    // Twisted reads this much at once; one buffer serves all, since nobody may keep the span.
    public const int LargestRead = 65536;

    // Kept for what is not a connect: accepted connections, files, the resolver's sockets.
    private const int Headroom = 64;

    // Each may keep 4 KiB; more are in use only while many peers are slow.
    private const int MostSpareQueues = 64;

    private readonly Stack<OutputQueue> _spareQueues = new();

    /// <summary>A connection has sent all it had, or is gone; only while somebody waits for that.</summary>
    public event Action<ITransport>? Drained;

    /// <summary>Writes out what the program has printed by other ways than a transport.</summary>
    public Action? FlushPrinted { get; set; }

    public EventLoop Loop { get; } = loop;

    public ILogger Log { get; } = log;

    public Resolver Resolver { get; } = new(loop);

    public DescriptorSlots Slots { get; } = slots ?? new(Math.Max(DescriptorLimit.Remaining() - Headroom, 16));

    public byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(LargestRead, pinned: true);

    /// <summary>How many bytes of <see cref="ReceiveBuffer"/> the connection now reading has got.</summary>
    public int Received { get; set; }

    public OpenConnections Connections { get; } = new();

    public HashSet<Port> Ports { get; } = [];

    public HashSet<StandardIO> Streams { get; } = [];

    public HashSet<Connector> Connecting { get; } = [];

    /// <summary>Seconds a closing connection waits for a peer that takes nothing; infinite waits for ever.</summary>
    public double LingerTimeout { get; set; } = 60;

    /// <summary>Closes all that is open and tells nobody.</summary>
    public void Discard()
    {
        // First those that wait for a descriptor: each one closed below would let the next go on.
        foreach (var connector in Connecting.ToList())
        {
            connector.Discard();
        }

        foreach (var port in Ports.ToList())
        {
            port.Close();
        }

        foreach (var connection in Connections.ToList())
        {
            connection.Close();
        }
    }

    public void TellDrained(ITransport transport) => Drained?.Invoke(transport);

    public OutputQueue RentQueue() => _spareQueues.TryPop(out var queue) ? queue : new OutputQueue();

    public void ReturnQueue(OutputQueue queue)
    {
        queue.Clear();
        if (_spareQueues.Count < MostSpareQueues)
        {
            _spareQueues.Push(queue);
        }
    }
}
