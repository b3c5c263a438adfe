namespace LuaReactor.Transports;

/// <summary>
/// A protocol connected to this process's standard input and output (twisted.internet.stdio). Unlike in Twisted the end of
/// input leaves the output open, so that answers still on their way are seen.
/// </summary>
public sealed class StandardIO : ITransport, IDisposable
{
    private readonly Network _network;
    private readonly IProtocol _protocol;
    private readonly StandardStreams _streams;
    private Consumer? _consumer;
    private bool _paused;

    // What a read that had begun before a pause gave.
    private byte[]? _kept;
    private bool _inputEnded;
    private bool _reading;
    private bool _told;

    internal StandardIO(Network network, IProtocol protocol)
    {
        (_network, _protocol) = (network, protocol);
        _streams = new StandardStreams
        {
            Received = data => network.Loop.Post(() => Received(data)),
            Written = (count, error) => network.Loop.Post(() => Written(count, error)),
        };
    }

    /// <summary>What the streams are for.</summary>
    public IProtocol Protocol => _protocol;

    /// <inheritdoc/>
    public bool Connected { get; private set; } = true;

    /// <inheritdoc/>
    public bool Disconnecting { get; private set; }

    /// <inheritdoc/>
    public long Unsent { get; private set; }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (!Connected)
        {
            _network.Log.WriteOnClosed(data.Length);
            return;
        }

        if (data.IsEmpty)
        {
            return;
        }

        // What the program printed before comes out before.
        _network.FlushPrinted?.Invoke();
        Unsent += data.Length;
        _streams.Write(data.ToArray());
        if (_consumer is { } consumer && consumer.Fills(Unsent))
        {
            _network.Loop.Guard.Run(consumer.Producer.PauseProducing, "pauseProducing");
        }
    }

    /// <inheritdoc/>
    public void LoseConnection()
    {
        if (Connected && !Disconnecting)
        {
            Disconnecting = true;
            _network.Loop.Post(EndIfWritten);
        }
    }

    /// <inheritdoc/>
    public void PauseProducing() => _paused = true;

    /// <inheritdoc/>
    public void ResumeProducing()
    {
        _paused = false;
        if (_kept is { } kept)
        {
            _kept = null;
            _network.Loop.Post(() => Received(kept));
        }
        else
        {
            ReadOn();
        }
    }

    /// <inheritdoc/>
    public void RegisterProducer(IProducer producer, bool streaming)
    {
        _consumer = Consumer.Register(this, _consumer, producer, streaming);
        _consumer?.Begin();
    }

    /// <inheritdoc/>
    public void UnregisterProducer()
    {
        Consumer.Unregister(ref _consumer);
        _network.Loop.Post(EndIfWritten);
    }

    /// <summary>Closes at once; the protocol hears of it.</summary>
    public void Dispose() => Lose(new ConnectionDoneException());

    internal void Start()
    {
        _network.Streams.Add(this);
        _streams.Start();
        if (_network.Loop.Guard.Run(this, static streams => streams._protocol.MakeConnection(streams), "connectionMade") is { } failed)
        {
            Lose(failed);
        }

        ReadOn();
    }

    internal void Lose(Exception reason)
    {
        if (!Connected)
        {
            return;
        }

        (Connected, Unsent) = (false, 0);
        _streams.Dispose();
        _network.Streams.Remove(this);
        if (_consumer is { } consumer)
        {
            _consumer = null;
            consumer.Stop(_network.Loop.Guard);
        }

        TellLost(reason);
        _network.TellDrained(this);
    }

    private void ReadOn()
    {
        if (Connected && !_paused && !Disconnecting && !_inputEnded && !_reading)
        {
            _reading = true;
            _streams.WantMore();
        }
    }

    private void Received(byte[] data)
    {
        if (_paused)
        {
            _kept = data;
            return;
        }

        _reading = false;
        if (!Connected || Disconnecting)
        {
            return;
        }

        if (data.Length == 0)
        {
            EndOfInput();
        }
        else if (_network.Loop.Guard.Run((_protocol, data), static call => call._protocol.DataReceived(call.data), "dataReceived") is { } failed)
        {
            Lose(failed);
        }
        else
        {
            ReadOn();
        }
    }

    private void EndOfInput()
    {
        _inputEnded = true;
        if (!_protocol.HalfCloseable)
        {
            TellLost(new ConnectionDoneException());
        }
        else if (_network.Loop.Guard.Run(_protocol, static protocol => protocol.ReadConnectionLost(), "readConnectionLost") is { } failed)
        {
            Lose(failed);
        }
    }

    private void Written(int count, IOException? error)
    {
        if (!Connected)
        {
            return;
        }

        if (error is not null)
        {
            Lose(new ConnectionLostException(error.Message));
            return;
        }

        Unsent -= count;
        if (Unsent > 0)
        {
            return;
        }

        _network.TellDrained(this);
        if (_consumer is { Waits: true } consumer)
        {
            if (_network.Loop.Guard.Run(consumer.Resume, "resumeProducing") is { } failed)
            {
                Lose(failed);
            }
        }
        else
        {
            EndIfWritten();
        }
    }

    private void EndIfWritten()
    {
        if (Disconnecting && Unsent == 0 && _consumer is not { Waits: true })
        {
            Lose(new ConnectionDoneException());
        }
    }

    // The protocol hears of one loss: the input's end, or the connection's.
    private void TellLost(Exception reason)
    {
        if (!_told)
        {
            _told = true;
            _network.Loop.Guard.Run((_protocol, reason), static call => call._protocol.ConnectionLost(call.reason), "connectionLost");
        }
    }
}
