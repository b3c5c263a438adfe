using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Sockets;

namespace LuaReactor.Transports;

/// <summary>
/// One TCP connection, of a client or a server (Twisted's <c>twisted.internet.tcp.Connection</c>). A write is kept until
/// the callback that made it is over, so small ones leave together; much is sent then, little with what others write.
/// </summary>
public class Connection : Descriptor, ITransport, IFlushable
{
    // A peer that reads as fast as we send must not keep the loop from the others.
    private const int LargestFlush = 1 << 20;

    // From so many bytes on an answer is sent while it is still in the processor's caches.
    private const int Much = 8192;

    private readonly Network _network;
    private readonly StreamSocket _socket;
    private readonly Address _peer;
    private readonly IProtocol _protocol;
    private OutputQueue? _output;
    private Consumer? _consumer;
    private DelayedCall? _linger;
    private States _states = States.Connected;

    internal Connection(Network network, StreamSocket socket, in Address peer, IProtocol protocol)
    {
        (_network, _socket, _peer, _protocol) = (network, socket, peer, protocol);
        network.Connections.Add(this);
    }

    [Flags]
    private enum States : byte
    {
        None = 0,
        Connected = 1,
        Disconnecting = 2,
        ReadPaused = 4,
        ReadClosed = 8,
        WriteClosing = 16,
        WriteClosed = 32,
        Aborting = 64,
        FlushQueued = 128,
    }

    /// <inheritdoc/>
    public bool Connected => Is(States.Connected);

    /// <inheritdoc/>
    public bool Disconnecting => Is(States.Disconnecting);

    /// <summary>The other side's address.</summary>
    public Address Peer => _peer;

    /// <summary>This side's address.</summary>
    /// <exception cref="WrongStateException">The connection is closed.</exception>
    public Address Host => OpenSocket("getHost").Local;

    /// <inheritdoc/>
    public long Unsent => _output?.Length ?? 0;

    /// <summary>TCP_NODELAY: small packets are sent at once; off by default.</summary>
    /// <exception cref="WrongStateException">The connection is closed.</exception>
    public bool NoDelay
    {
        get => OpenSocket("getTcpNoDelay").NoDelay;
        set => OpenSocket("setTcpNoDelay").NoDelay = value;
    }

    /// <summary>SO_KEEPALIVE: the system probes an idle peer; off by default.</summary>
    /// <exception cref="WrongStateException">The connection is closed.</exception>
    public bool KeepAlive
    {
        get => OpenSocket("getTcpKeepAlive").KeepAlive;
        set => OpenSocket("setTcpKeepAlive").KeepAlive = value;
    }

    /// <inheritdoc/>
    public override nint Handle => _socket.Handle;

    /// <inheritdoc/>
    public override Socket? Managed => _socket.Managed;

    /// <summary>What the connection is for.</summary>
    public IProtocol Protocol => _protocol;

    internal Connection? Previous { get; set; }

    internal Connection? Next { get; set; }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (!Connected || Is(States.WriteClosed) || Is(States.Aborting))
        {
            _network.Log.WriteOnClosed(data.Length);
            return;
        }

        if (data.IsEmpty)
        {
            return;
        }

        (_output ??= _network.RentQueue()).Append(data);
        QueueFlush();
        if (_consumer is { } consumer && consumer.Fills(_output.Length))
        {
            Guarded(static connection => connection._consumer?.Producer.PauseProducing(), "pauseProducing");
        }
    }

    /// <inheritdoc/>
    public void LoseConnection()
    {
        if (!Connected || Disconnecting || Is(States.Aborting))
        {
            return;
        }

        _states |= States.Disconnecting;
        Watch();
        if (Is(States.WriteClosed))
        {
            _network.Loop.Post(() => Lose(new ConnectionDoneException()));
        }
        else
        {
            QueueFlush();
        }
    }

    /// <summary>Sends what was written, then closes this direction; the peer may still send.</summary>
    public void LoseWriteConnection()
    {
        if (!Connected || Is(States.WriteClosing))
        {
            return;
        }

        _states |= States.WriteClosing;
        QueueFlush();
    }

    /// <summary>Throws the connection away: what is unsent is lost, the peer sees a reset. <see cref="IProtocol.ConnectionLost"/> follows in a later turn.</summary>
    public void AbortConnection()
    {
        if (!Connected || Is(States.Aborting))
        {
            return;
        }

        _states |= States.Aborting;
        DropOutput();
        _socket.ResetOnClose();
        Watch();
        _network.Loop.Post(() => Lose(new ConnectionAbortedException()));
    }

    /// <inheritdoc/>
    public void PauseProducing()
    {
        _states |= States.ReadPaused;
        Watch();
    }

    /// <inheritdoc/>
    public void ResumeProducing()
    {
        _states &= ~States.ReadPaused;
        Watch();
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
        if (Connected && (Disconnecting || Is(States.WriteClosing)))
        {
            QueueFlush();
        }
    }

    /// <inheritdoc/>
    public override void ReadReady()
    {
        var error = _socket.Receive(_network.ReceiveBuffer, out var count);
        if (count > 0)
        {
            _network.Received = count;
            var failed = Guarded(static connection =>
                connection._protocol.DataReceived(connection._network.ReceiveBuffer.AsSpan(0, connection._network.Received)), "dataReceived");
            if (failed is not null)
            {
                Lose(failed);
            }
            else if (Unsent >= Much)
            {
                Send();
            }
        }
        else if (error == SocketError.Success)
        {
            EndOfInput();
        }
        else if (error != SocketError.WouldBlock)
        {
            Lose(new ConnectionLostException());
        }
    }

    /// <inheritdoc/>
    public override void WriteReady() => Send();

    /// <inheritdoc/>
    public override void Failed(Exception error) => Lose(error);

    /// <inheritdoc/>
    public void Flush()
    {
        // Not when it was sent already, since it was much.
        if (Is(States.FlushQueued))
        {
            Send();
        }
    }

    private void Send()
    {
        _states &= ~States.FlushQueued;
        if (!Connected || Is(States.Aborting))
        {
            return;
        }

        var sent = 0;
        while (_output is { Length: > 0 } output)
        {
            var error = sent >= LargestFlush ? SocketError.WouldBlock : SendFirst(output, ref sent);
            switch (error)
            {
                case SocketError.Success:
                    continue;
                case SocketError.WouldBlock:
                    if (!Watched.HasFlag(Readiness.Writable))
                    {
                        Watch();
                    }

                    WaitForPeer(sent > 0);
                    return;
                default:
                    Lose(new ConnectionLostException());
                    return;
            }
        }

        Drained();
    }

    /// <summary>The reactor ends, or the callback of the protocol failed: the connection goes at once.</summary>
    internal void Lose(Exception reason)
    {
        var consumer = _consumer;
        if (!Close())
        {
            return;
        }

        consumer?.Stop(_network.Loop.Guard);
        _network.Loop.Guard.Run((_protocol, reason), static call => call._protocol.ConnectionLost(call.reason), "connectionLost");
        Lost(reason);
    }

    /// <summary>The connection is over, and its protocol knows.</summary>
    private protected virtual void Lost(Exception reason)
    {
    }

    /// <summary>Closes the socket and tells nobody; false if it was closed.</summary>
    internal bool Close()
    {
        if (!Connected)
        {
            return false;
        }

        _states &= ~States.Connected;
        _network.Connections.Remove(this);
        _network.Loop.Poller.Forget(this);
        _socket.Dispose();
        _network.Slots.Release();
        DropOutput();
        CancelLinger();
        _consumer = null;
        return true;
    }

    /// <summary>The connection is in place: the loop watches it and the protocol is told.</summary>
    internal void Start()
    {
        Watch();
        if (Guarded(static connection => connection._protocol.MakeConnection(connection), "connectionMade") is { } failed)
        {
            Lose(failed);
        }
    }

    private bool Is(States state) => (_states & state) != 0;

    private StreamSocket OpenSocket(string what) =>
        Connected ? _socket : throw new WrongStateException($"{what}: the connection is closed");

    private Exception? Guarded(Action<Connection> call, string what) => _network.Loop.Guard.Run(this, call, what);

    private void QueueFlush()
    {
        if (!Is(States.FlushQueued))
        {
            _states |= States.FlushQueued;
            _network.Loop.FlushAtEndOfTurn(this);
        }
    }

    private SocketError SendFirst(OutputQueue output, ref int total)
    {
        var error = _socket.Send(output.First, out var count);
        if (error == SocketError.Success)
        {
            output.Sent(count);
            total += count;
        }

        return error;
    }

    // All is sent; the order of the three is that of twisted.internet.abstract.FileDescriptor.doWrite.
    private void Drained()
    {
        DropOutput();
        if (Watched.HasFlag(Readiness.Writable))
        {
            Watch();
        }

        if (_consumer is { Waits: true })
        {
            // It would not be asked again, and the connection would stand still for ever.
            if (Guarded(static connection => connection._consumer!.Resume(), "resumeProducing") is { } failed)
            {
                Lose(failed);
            }
        }
        else if (Disconnecting)
        {
            Lose(new ConnectionDoneException());
        }
        else if (Is(States.WriteClosing) && !Is(States.WriteClosed))
        {
            CloseWrite();
        }
    }

    private void CloseWrite()
    {
        _states |= States.WriteClosed;
        _socket.Shutdown(SocketShutdown.Send);
        if (_protocol.HalfCloseable && Guarded(static connection => connection._protocol.WriteConnectionLost(), "writeConnectionLost") is { } failed)
        {
            Lose(failed);
        }
        else if (Is(States.ReadClosed))
        {
            Lose(new ConnectionDoneException());
        }
    }

    private void EndOfInput()
    {
        _states |= States.ReadClosed;
        if (_protocol.HalfCloseable)
        {
            Watch();
            if (Guarded(static connection => connection._protocol.ReadConnectionLost(), "readConnectionLost") is { } failed)
            {
                Lose(failed);
            }
            else if (Is(States.WriteClosed))
            {
                Lose(new ConnectionDoneException());
            }
        }
        else if (Unsent > 0)
        {
            // Twisted closes here and loses the reply to a peer that has shut down its sending side.
            LoseConnection();
        }
        else
        {
            Lose(new ConnectionDoneException());
        }
    }

    private void WaitForPeer(bool progress)
    {
        if (!Disconnecting || double.IsInfinity(_network.LingerTimeout))
        {
            return;
        }

        if (_linger is null)
        {
            _linger = _network.Loop.CallLater(_network.LingerTimeout, () =>
            {
                _socket.ResetOnClose();
                Lose(new ConnectionLostException($"the peer took nothing for {_network.LingerTimeout} s after loseConnection"));
            });
        }
        else if (progress)
        {
            _linger.Reset(_network.LingerTimeout);
        }
    }

    private void CancelLinger()
    {
        if (_linger is { Active: true } linger)
        {
            linger.Cancel();
        }
    }

    private void DropOutput()
    {
        if (_output is { } output)
        {
            _output = null;
            _network.ReturnQueue(output);
            _network.TellDrained(this);
        }
    }

    private void Watch()
    {
        if (!Connected)
        {
            return;
        }

        var reads = (_states & (States.Disconnecting | States.ReadPaused | States.ReadClosed | States.Aborting)) == 0;
        var interest = (reads ? Readiness.Readable : Readiness.None) | (Unsent > 0 && !Is(States.Aborting) && !Is(States.FlushQueued) ? Readiness.Writable : Readiness.None);
        _network.Loop.Poller.Watch(this, interest);
    }
}
