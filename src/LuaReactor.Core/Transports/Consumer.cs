using LuaReactor.Loop;

namespace LuaReactor.Transports;

/// <summary>The producer of a transport, and whether it was told to pause (twisted.internet.abstract.FileDescriptor).</summary>
internal sealed class Consumer(IProducer producer, bool streaming)
{
    // Above this much unsent a push producer is told to pause (FileDescriptor.bufferSize).
    private const int HighWater = 65536;

    private bool _paused;

    public IProducer Producer { get; } = producer;

    /// <summary>Whether it waits to be told to go on, now that all is sent.</summary>
    public bool Waits => !streaming || _paused;

    /// <summary>A first producer for a transport; one that comes too late is stopped.</summary>
    public static Consumer? Register(ITransport transport, Consumer? present, IProducer producer, bool streaming)
    {
        if (present is not null)
        {
            throw new WrongStateException(
                $"Cannot register producer {producer}, because producer {present.Producer} was never unregistered.");
        }

        if (transport.Connected)
        {
            return new Consumer(producer, streaming);
        }

        try
        {
            producer.StopProducing();
        }
        finally
        {
            producer.Unregistered();
        }

        return null;
    }

    /// <summary>A transport's producer is let go, if it has one.</summary>
    public static void Unregister(ref Consumer? present)
    {
        var consumer = present;
        present = null;
        consumer?.Producer.Unregistered();
    }

    /// <summary>Asks a pull producer for its first piece.</summary>
    public void Begin()
    {
        if (!streaming)
        {
            Producer.ResumeProducing();
        }
    }

    /// <summary>So much is unsent; true when the producer is to be paused.</summary>
    public bool Fills(long unsent) => streaming && !_paused && unsent > HighWater && (_paused = true);

    /// <summary>All is sent: the producer goes on.</summary>
    public void Resume()
    {
        _paused = false;
        Producer.ResumeProducing();
    }

    /// <summary>The connection is gone.</summary>
    public void Stop(Guard guard)
    {
        guard.Run(Producer, static producer => producer.StopProducing(), "stopProducing");
        Producer.Unregistered();
    }
}
