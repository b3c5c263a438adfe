using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Tests.Loop;
using LuaReactor.Transports;

namespace LuaReactor.Tests.Transports;

/// <summary>The tests here count the process's descriptors, or take them all: no other test runs meanwhile.</summary>
[CollectionDefinition("descriptors", DisableParallelization = true)]
public sealed class DescriptorsCollection;

/// <summary>A reactor on a clock moved by hand and what is needed around it; after the test nothing of it may be left.</summary>
[Collection("descriptors")]
public abstract class ReactorTest : IDisposable
{
    // Real seconds after which a test that waits is given up.
    private const double Patience = 20;

    private readonly int _descriptors = OpenDescriptors();

    protected ReactorTest(string poller) => Reactor = new Reactor(Pollers.Create(poller), Clock, Log);

    internal HandClock Clock { get; } = new();

    internal ErrorLog Log { get; } = new();

    internal SocketHolder Holder { get; } = new();

    protected Reactor Reactor { get; }

    protected List<string> Ran { get; } = [];

    /// <summary>The messages of the errors nobody handled.</summary>
    protected IEnumerable<string> Errors => Log.Errors.OfType<Exception>().Select(error => error.Message);

    public void Dispose()
    {
        List<object> left = [.. Reactor.Connections, .. Reactor.Ports, .. Reactor.Connecting, .. Reactor.GetDelayedCalls()];
        var lookUps = Reactor.LookUpsUnderway;
        Reactor.Dispose();
        Holder.Dispose();

        left.ShouldBeEmpty();
        lookUps.ShouldBe(0);
        OpenDescriptors().ShouldBeLessThanOrEqualTo(_descriptors);
        GC.SuppressFinalize(this);
    }

    /// <summary>Turns the loop until <paramref name="done"/>.</summary>
    /// <param name="done">What is waited for.</param>
    /// <param name="longest">Seconds a turn may wait: what is waited for may come about before the poll, or without the reactor.</param>
    protected void Until(Func<bool> done, double longest = 0.02)
    {
        for (var since = Stopwatch.StartNew(); !done();)
        {
            since.Elapsed.TotalSeconds.ShouldBeLessThan(Patience, "what was waited for never happened");
            Reactor.Iterate(TimeSpan.FromSeconds(longest));
        }
    }

    /// <summary>A few turns without waiting: whatever is under way arrives.</summary>
    protected void Turns(int count = 5)
    {
        for (var i = 0; i < count; i++)
        {
            Reactor.Iterate(TimeSpan.Zero);
        }
    }

    /// <summary>Runs the reactor until it stops, and fails if it never does.</summary>
    protected void Run()
    {
        var late = false;
        using (new Timer(_ => Reactor.CallFromThread(Crash), null, TimeSpan.FromSeconds(Patience), Timeout.InfiniteTimeSpan))
        {
            Reactor.Run(handleSignals: false);
        }

        late.ShouldBeFalse("the reactor never stopped");

        void Crash()
        {
            late = true;
            Reactor.Crash();
        }
    }

    /// <summary>Closes what a test has left open on purpose.</summary>
    protected void CloseAll()
    {
        foreach (var port in Reactor.Ports.ToList())
        {
            port.StopListening();
        }

        foreach (var connection in Reactor.Connections)
        {
            connection.AbortConnection();
        }

        Until(() => Reactor.Connections.Count == 0);
        Turns();
    }

    /// <summary>A port of 127.0.0.1 whose connections get these witnesses.</summary>
    private protected Port Listen(WitnessFactory factory) => Reactor.ListenTcp(0, factory, @interface: "127.0.0.1");

    private protected Connector Connect(Port to, WitnessFactory factory) => Reactor.ConnectTcp("127.0.0.1", to.Host.Port, factory);

    /// <summary>Two ends of one connection; the port it was made through is closed.</summary>
    private protected (Witness Server, Witness Client) Pair(Witness? server = null, Witness? client = null)
    {
        var (servers, clients) = (new WitnessFactory(server ?? new Witness()), new WitnessFactory(client ?? new Witness()));
        var port = Listen(servers);
        Connect(port, clients);
        Until(() => servers.Made.Any(one => one.Connected) && clients.Made.Any(one => one.Connected));
        port.StopListening();
        Turns(2);
        return (servers.Made[0], clients.Made[0]);
    }

    /// <summary>A connection whose other end is a plain blocking socket: what a foreign program would be.</summary>
    private protected (Witness Server, Socket Peer) PairWithPlain(Witness? server = null)
    {
        var servers = new WitnessFactory(server ?? new Witness());
        var port = Listen(servers);
        var peer = Plain(port);
        Until(() => servers.Made.Any(one => one.Connected));
        port.StopListening();
        Turns(2);
        return (servers.Made[0], peer);
    }

    /// <summary>A plain blocking socket that has connected to a port.</summary>
    protected Socket Plain(Port to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var socket = Holder.Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 });
        socket.Connect(new IPEndPoint(IPAddress.Loopback, to.Host.Port));
        return socket;
    }

    /// <summary>A port of 127.0.0.1 on which nobody listens: this socket holds it and does not.</summary>
    protected int ClosedPort()
    {
        var holder = Holder.Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)holder.LocalEndPoint!).Port;
    }

    // What the runtime opens for itself (assemblies, an epoll for its own sockets) is none of a reactor's.
    private static int OpenDescriptors() => !OperatingSystem.IsLinux() ? 0 : Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(name => new FileInfo(name).LinkTarget)
        .Count(target => target is not null && (target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("anon_inode:[eventfd", StringComparison.Ordinal)));
}
