using System.Net;
using LuaReactor.Loop;
using LuaReactor.Sockets;
using LuaReactor.Transports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LuaReactor;

/// <summary>
/// The reactor: one thread on which timers fire and sockets are read and written (Twisted's <c>twisted.internet.reactor</c>).
/// All but <see cref="CallFromThread"/> is for that thread alone.
/// </summary>
public sealed class Reactor : IDisposable
{
    // What was written before stop() is sent for so long at most; Twisted drops it.
    private const double FlushSeconds = 5;

    // What a shell reports of a program that Ctrl-C has ended: 128 + SIGINT.
    private const int Interrupted = 130;

    private readonly EventLoop _loop;
    private readonly Network _network;
    private readonly ILogger _log;
    private State _state;
    private bool _turning;
    private volatile bool _inRun;
    private int _signalsTaken;

    /// <summary>A reactor that has not begun to run.</summary>
    /// <param name="poller">How to wait for sockets; see <see cref="Pollers.Create"/>. Null for the best one here.</param>
    /// <param name="time">Where time comes from; null for the system's.</param>
    /// <param name="log">Where errors nobody handled are logged; null for nowhere.</param>
    public Reactor(IPoller? poller = null, TimeProvider? time = null, ILogger? log = null)
    {
        _log = log ?? NullLogger.Instance;
        _loop = new EventLoop(poller ?? Pollers.Create(), time, _log);
        _network = new Network(_loop, _log);
    }

    private enum State
    {
        New,
        Running,
        StopAsked,
        Stopping,
        Stopped,
    }

    /// <summary>From the start of <see cref="Run"/> until the turn in which <see cref="Stop"/> was called is over.</summary>
    public bool Running => _state is State.Running or State.StopAsked;

    /// <summary>Whether a turn is under way: a callback is being called.</summary>
    public bool InTurn => _turning;

    /// <summary>The clock, in seconds; it never goes back.</summary>
    public double Seconds => _loop.Seconds;

    /// <summary>Seconds a connection that is told to close waits for a peer that takes nothing; infinite waits for ever. 60 unless set.</summary>
    public double LingerTimeout
    {
        get => _network.LingerTimeout;
        set => _network.LingerTimeout = value;
    }

    /// <summary>The poller's name.</summary>
    public string PollerName => _loop.Poller.Name;

    /// <summary>Brings <c>await</c> in a host's functions back to the reactor's thread.</summary>
    public SynchronizationContext SynchronizationContext => _loop.Context;

    /// <summary>The connections that are open.</summary>
    public IReadOnlyList<Connection> Connections => _network.Connections.ToList();

    /// <summary>The ports that are listened on.</summary>
    public IReadOnlyCollection<Port> Ports => _network.Ports;

    /// <summary>The connectors with an attempt under way.</summary>
    public IReadOnlyCollection<Connector> Connecting => _network.Connecting;

    /// <summary>The protocols connected to standard input and output.</summary>
    public IReadOnlyCollection<StandardIO> Streams => _network.Streams;

    /// <summary>The host names being looked up.</summary>
    public int LookUpsUnderway => _network.Resolver.Underway;

    /// <summary>Called before the loop may sleep: the time for chores.</summary>
    public event Action? BeforeBlocking
    {
        add => _loop.BeforeBlocking += value;
        remove => _loop.BeforeBlocking -= value;
    }

    /// <summary>Writes out what the program has printed by other ways than a transport; called before the loop may sleep.</summary>
    public Action? FlushPrinted
    {
        get => _network.FlushPrinted;
        set
        {
            _loop.BeforeBlocking -= _network.FlushPrinted;
            _network.FlushPrinted = value;
            _loop.BeforeBlocking += value;
        }
    }

    /// <summary>The address a text spells out, such as <c>127.0.0.1</c> or <c>::1</c>; the empty text is this machine.</summary>
    public static bool TryParseAddress(string text, int port, out Address address)
    {
        var found = Resolver.TryLiteral(text, out address);
        address = found ? address.WithPort(port) : default;
        return found;
    }

    /// <summary>Runs turn after turn until <see cref="Stop"/>, SIGINT or SIGTERM.</summary>
    /// <param name="handleSignals">Whether SIGINT and SIGTERM stop the reactor; a second one ends the process with status 130.</param>
    /// <exception cref="ReactorAlreadyRunningException">It runs.</exception>
    /// <exception cref="ReactorNotRestartableException">It was stopped.</exception>
    public void Run(bool handleSignals = true)
    {
        if (_state is State.Stopped)
        {
            throw new ReactorNotRestartableException();
        }

        if (_state is not State.New || _turning)
        {
            throw new ReactorAlreadyRunningException();
        }

        _state = State.Running;
        _signalsTaken = 0;
        using var signals = handleSignals ? new Signals(_ => TakeSignal()) : null;
        _inRun = true;
        _loop.Between(() => _loop.SystemEvents.Fire("startup"));
        while (_state is not (State.Stopped or State.New))
        {
            Turn(double.PositiveInfinity);
            if (_state is State.StopAsked)
            {
                _loop.Between(BeginShutdown);
            }
        }

        _inRun = false;
        if (_state is State.Stopped)
        {
            // Posted in the last turn: what the close of a port is still to tell, or another thread's call.
            _loop.RunPosted();
            _network.Discard();
        }
    }

    /// <summary>Ends <see cref="Run"/> after this turn: shutdown triggers run, what was written is sent, connections are closed. While stopping, does nothing.</summary>
    /// <exception cref="ReactorNotRunningException">It has not begun to run, or has ended.</exception>
    public void Stop()
    {
        switch (_state)
        {
            // The last turn: what is called in it cannot know that the end has come.
            case State.Stopped when _turning:
                break;
            case State.New or State.Stopped:
                throw new ReactorNotRunningException();
            case State.Running:
                _state = State.StopAsked;
                _loop.Wake();
                break;
        }
    }

    /// <summary>
    /// What SIGINT and SIGTERM mean while the reactor runs: the first stops it, a second ends the process with status 130.
    /// From any thread. False, and nothing is done, when it does not run.
    /// </summary>
    public bool TakeSignal()
    {
        if (!_inRun)
        {
            return false;
        }

        if (Interlocked.Increment(ref _signalsTaken) > 1)
        {
            Signals.ExitNow(Interrupted);
        }

        CallFromThread(() =>
        {
            if (_state is State.Running)
            {
                Stop();
            }
        });
        return true;
    }

    /// <summary>Ends <see cref="Run"/> after this turn, without shutdown triggers; the reactor may be run again.</summary>
    /// <exception cref="ReactorNotRunningException">It does not run.</exception>
    public void Crash()
    {
        if (_state is State.New or State.Stopped)
        {
            throw new ReactorNotRunningException();
        }

        _state = State.New;
        _loop.Wake();
    }

    /// <summary>Runs one turn without <see cref="Run"/>.</summary>
    /// <param name="longest">How long to wait for something to happen; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <exception cref="ReactorAlreadyRunningException">A turn is under way: a callback cannot run the loop it was called from.</exception>
    public void Iterate(TimeSpan longest)
    {
        if (_turning)
        {
            throw new ReactorAlreadyRunningException();
        }

        Turn(longest == Timeout.InfiniteTimeSpan ? double.PositiveInfinity : longest.TotalSeconds);
    }

    /// <summary>Keeps the turn under way, or the next one, from sleeping: whoever runs single turns wants to look.</summary>
    public void Hurry() => _loop.Wake();

    /// <summary>Calls <paramref name="call"/> once, so many seconds from now, in a later turn.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is not a finite number of seconds, 0 or more.</exception>
    public DelayedCall CallLater(double seconds, Action call) => _loop.CallLater(seconds, call);

    /// <summary>The same for a call of the host's own kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is not a finite number of seconds, 0 or more.</exception>
    /// <exception cref="InvalidOperationException">The call was asked for before.</exception>
    public void CallLater(double seconds, DelayedCall call) => _loop.Timers.Add(seconds, call);

    /// <summary>The calls that are still to come, in no order.</summary>
    public IReadOnlyList<DelayedCall> GetDelayedCalls() => _loop.Timers.GetDelayedCalls();

    /// <summary>Calls <paramref name="call"/> once the reactor runs; at once if it does already.</summary>
    public void CallWhenRunning(Action call)
    {
        if (Running)
        {
            _loop.Guard.Run(call, "a call made when running");
        }
        else
        {
            _loop.SystemEvents.Add(TriggerPhase.After, "startup", call);
        }
    }

    /// <summary>Runs <paramref name="call"/> on the reactor's thread in a later turn. From any thread.</summary>
    public void CallFromThread(Action call) => _loop.Post(call);

    /// <summary>Adds a trigger of <c>startup</c>, <c>shutdown</c> or an event of the program's own; a "before" trigger may return what is to be waited for.</summary>
    public SystemTrigger AddSystemEventTrigger(TriggerPhase phase, string eventType, Func<IPending?> call) =>
        _loop.SystemEvents.Add(phase, eventType, call);

    /// <summary>Takes a trigger away.</summary>
    /// <exception cref="ArgumentException">It has run, or was removed before.</exception>
    public void RemoveSystemEventTrigger(SystemTrigger trigger) => _loop.SystemEvents.Remove(trigger);

    /// <summary>Runs the triggers of an event.</summary>
    public void FireSystemEvent(string eventType) => _loop.SystemEvents.Fire(eventType);

    /// <summary>Listens on a TCP port.</summary>
    /// <param name="port">0-65535; 0 lets the system choose.</param>
    /// <param name="factory">Makes a protocol for each connection.</param>
    /// <param name="backlog">How many connections the system keeps waiting.</param>
    /// <param name="interface">The address to listen on; empty for all of IPv4.</param>
    /// <exception cref="CannotListenException">The address is in use, foreign or unknown.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 0-65535.</exception>
    public Port ListenTcp(int port, IFactory factory, int backlog = 4096, string @interface = "")
    {
        DemandPort(port);
        var listening = new Port(_network, port, factory, backlog, @interface);
        listening.StartListening();
        return listening;
    }

    /// <summary>Connects to a TCP port; what comes of it is told to the factory.</summary>
    /// <inheritdoc cref="NewConnector"/>
    public Connector ConnectTcp(string host, int port, IClientFactory factory, double timeout = 30, Address? bindAddress = null)
    {
        var connector = NewConnector(host, port, factory, timeout, bindAddress);
        connector.Connect();
        return connector;
    }

    /// <summary>A connector that has not begun to connect.</summary>
    /// <param name="host">A name or an address; the empty name is this machine.</param>
    /// <param name="port">0-65535.</param>
    /// <param name="factory">Hears how the attempt goes and makes the protocol.</param>
    /// <param name="timeout">Seconds until an attempt fails; infinite for as long as the system tries.</param>
    /// <param name="bindAddress">This side's address, if it matters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 0-65535, or the timeout no delay.</exception>
    public Connector NewConnector(string host, int port, IClientFactory factory, double timeout = 30, Address? bindAddress = null)
    {
        DemandPort(port);
        if (!double.IsPositiveInfinity(timeout))
        {
            TimerQueue.DemandDelay("timeout", timeout);
        }

        return new Connector(_network, host, port, factory, timeout, bindAddress);
    }

    /// <summary>Connects a protocol to this process's standard input and output, at once.</summary>
    public StandardIO OpenStandardIO(IProtocol protocol)
    {
        var streams = new StandardIO(_network, protocol);
        streams.Start();
        return streams;
    }

    /// <summary>Looks a host name up; <paramref name="answer"/> gets the address, or null, in a later turn.</summary>
    public void Resolve(string host, Action<Address?> answer)
    {
        if (Resolver.TryLiteral(host, out var address))
        {
            _loop.Post(() => answer(address));
        }
        else
        {
            _network.Resolver.Resolve(host, answer);
        }
    }

    /// <summary>Closes every connection and port without a word to anybody, and the poller.</summary>
    public void Dispose()
    {
        _state = State.Stopped;
        _network.Discard();
        _loop.Dispose();
    }

    // Found out later, it would be an attempt that never ends, as in Twisted.
    private static void DemandPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
    }

    private void Turn(double longest)
    {
        _turning = true;
        try
        {
            _loop.Turn(longest);
        }
        finally
        {
            _turning = false;
        }
    }

    // Twisted's order, with the sending of what was written between "before" and "during" (ReactorBase.disconnectAll).
    private void BeginShutdown()
    {
        _state = State.Stopping;
        _loop.SystemEvents.FireBefore("shutdown", () => new FinalFlush(_network).Begin(FlushSeconds, () =>
        {
            DisconnectAll();
            _loop.SystemEvents.FireRest("shutdown", End);
        }));
    }

    private void End()
    {
        _state = State.Stopped;
        _loop.Wake();
    }

    private void DisconnectAll()
    {
        foreach (var port in _network.Ports.ToList())
        {
            port.Shut();
        }

        FailAttempts();
        foreach (var connection in _network.Connections.ToList())
        {
            connection.Lose(new ConnectionLostException("Connection lost"));
        }

        foreach (var streams in _network.Streams.ToList())
        {
            streams.Lose(new ConnectionLostException("Connection lost"));
        }

        // Those made by clients that connect again when they are lost; one that tries even then is discarded in the end.
        FailAttempts();
    }

    private void FailAttempts()
    {
        foreach (var connector in _network.Connecting.ToList())
        {
            connector.Failed(new ConnectException("the reactor stopped"));
        }
    }
}
