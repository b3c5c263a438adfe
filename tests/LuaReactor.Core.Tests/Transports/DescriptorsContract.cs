using System.Globalization;
using System.Runtime.InteropServices;
using LuaReactor.Loop;
using LuaReactor.Sockets;
using LuaReactor.Tests.Loop;
using LuaReactor.Transports;

namespace LuaReactor.Tests.Transports;

/// <summary>What happens when there are fewer descriptors than one would like.</summary>
public abstract class DescriptorsContract(string poller) : ReactorTest(poller)
{
    // Enough connects to need more than the few that are left.
    private const int Connects = 40;

    [Fact]
    public void Connects_beyond_the_descriptors_there_are_wait_for_one_and_none_is_lost()
    {
        var number = ClosedPort();
        var clients = new WitnessFactory();
        Log.Errors.Clear();

        using (Hog.LeaveFree(10))
        {
            for (var i = 0; i < Connects; i++)
            {
                Reactor.ConnectTcp("127.0.0.1", number, clients);
            }

            Until(() => clients.Calls.Count(call => call.StartsWith("failed", StringComparison.Ordinal)) == Connects);
        }

        clients.Failure.ShouldBeOfType<ConnectionRefusedException>();
        Errors.ShouldBeEmpty();
    }

    [Fact]
    public void A_connect_without_any_descriptor_fails_and_says_so()
    {
        var clients = new WitnessFactory();
        var number = ClosedPort();
        Turns();

        using (Hog.LeaveFree(0))
        {
            Reactor.ConnectTcp("127.0.0.1", number, clients);
            clients.Failure.ShouldBeNull();
            Turns(2);
        }

        clients.Failure.ShouldBeOfType<ConnectBindException>().Message.ShouldBe("Couldn't bind: 24: Too many open files.");
    }

    [Fact]
    public void A_server_without_descriptors_turns_clients_away_by_its_reserve_and_goes_on()
    {
        var servers = new WitnessFactory();
        var port = Listen(servers);
        var peers = Enumerable.Range(0, 3).Select(_ => Plain(port)).ToList();

        using (Hog.LeaveFree(0))
        {
            Turns(3);
        }

        servers.Made.ShouldBeEmpty();
        peers.ForEach(peer => peer.Receive(new byte[1]).ShouldBe(0));
        Log.Errors.Count.ShouldBe(3);
        Plain(port);
        Until(() => servers.Made.Count == 1);
        CloseAll();
    }
}

public sealed class EpollDescriptorsTests() : DescriptorsContract("epoll");

public sealed class SelectDescriptorsTests() : DescriptorsContract("select");

/// <summary>The line in which attempts wait for a descriptor, with room for two.</summary>
public abstract class DescriptorSlotsContract : IDisposable
{
    private readonly HandClock _clock = new();
    private readonly EventLoop _loop;
    private readonly Network _network;
    private readonly WitnessFactory _clients = new();
    private readonly List<Connector> _connectors = [];
    private readonly int _full;
    private readonly SocketHolder _holder = new();

    protected DescriptorSlotsContract(string poller)
    {
        _loop = new EventLoop(Pollers.Create(poller), _clock);
        _network = new Network(_loop, new ErrorLog(), new DescriptorSlots(2));
        _full = FullPort.Number(_holder);
    }

    [Fact]
    public void Attempts_beyond_the_slots_wait_and_go_on_in_order_as_others_end()
    {
        Connect(4);
        _network.Slots.InUse.ShouldBe(2);

        _connectors[0].StopConnecting();
        _connectors[1].StopConnecting();

        _network.Slots.InUse.ShouldBe(2);
        _connectors[2].State.ShouldBe(ConnectorState.Connecting);
        _loop.Poller.Watching().Count.ShouldBe(2);
    }

    [Fact]
    public void Who_waits_and_is_stopped_leaves_the_line_and_takes_no_slot()
    {
        Connect(4);

        _connectors[2].StopConnecting();
        _network.Slots.InUse.ShouldBe(2);
        _connectors[0].StopConnecting();
        _connectors[1].StopConnecting();

        _network.Slots.InUse.ShouldBe(1);
        _connectors[3].State.ShouldBe(ConnectorState.Connecting);
    }

    [Fact]
    public void The_time_spent_in_line_does_not_count_until_one_is_first()
    {
        Connect(4, timeout: double.PositiveInfinity, last: 10);

        _clock.Advance(1000);
        _loop.Turn(0);
        _clients.Failure.ShouldBeNull();

        // The third, which is first in line, gives up; from now on the fourth's wait counts.
        _connectors[2].StopConnecting();
        _clock.Advance(9);
        _loop.Turn(0);
        _connectors[3].State.ShouldBe(ConnectorState.Connecting);
        _clock.Advance(1);
        _loop.Turn(0);
        _connectors[3].State.ShouldBe(ConnectorState.Disconnected);
        _clients.Failure.ShouldBeOfType<ConnectTimeoutException>();
    }

    [Fact]
    public void An_attempt_that_gets_its_slot_has_its_whole_timeout_before_it()
    {
        Connect(3, timeout: double.PositiveInfinity, last: 10);
        _clock.Advance(9);
        _loop.Turn(0);

        _connectors[0].StopConnecting();
        _clock.Advance(9);
        _loop.Turn(0);

        _connectors[2].State.ShouldBe(ConnectorState.Connecting);
    }

    public void Dispose()
    {
        _connectors.ForEach(connector => connector.Disconnect());
        _network.Slots.InUse.ShouldBe(0);
        _network.Connecting.ShouldBeEmpty();
        _loop.Timers.Count.ShouldBe(0);
        _loop.Poller.Watching().ShouldBeEmpty();
        _loop.Dispose();
        _holder.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Connect(int count, double timeout = double.PositiveInfinity, double? last = null)
    {
        for (var i = 1; i <= count; i++)
        {
            var connector = new Connector(_network, "127.0.0.1", _full, _clients, i == count ? last ?? timeout : timeout, null);
            connector.Connect();
            _connectors.Add(connector);
        }
    }
}

public sealed class EpollDescriptorSlotsTests() : DescriptorSlotsContract("epoll");

public sealed class SelectDescriptorSlotsTests() : DescriptorSlotsContract("select");

/// <summary>Lowers the process's limit to what is open and takes what is free below it: for a while there is nothing to be had.</summary>
internal sealed unsafe partial class Hog : IDisposable
{
    private readonly List<FileStream> _held = [];
    private Libc.Limit _limit;

    private Hog()
    {
        fixed (Libc.Limit* limit = &_limit)
        {
            Libc.getrlimit(Libc.RlimitNoFile, limit).ShouldBe(0);
        }

        var highest = Directory.GetFileSystemEntries("/proc/self/fd").Max(name => int.Parse(Path.GetFileName(name), CultureInfo.InvariantCulture));
        var low = _limit with { Soft = (ulong)highest + 20 };
        setrlimit(Libc.RlimitNoFile, &low).ShouldBe(0);
        try
        {
            while (true)
            {
                _held.Add(new FileStream("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0));
            }
        }
        catch (IOException)
        {
            // Too many open files: what was wanted.
        }
    }

    public static Hog LeaveFree(int count)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits are lowered as Linux has them");
        var hog = new Hog();
        hog._held[^count..].ForEach(held => held.Dispose());
        return hog;
    }

    public void Dispose()
    {
        _held.ForEach(held => held.Dispose());
        fixed (Libc.Limit* limit = &_limit)
        {
            setrlimit(Libc.RlimitNoFile, limit).ShouldBe(0);
        }
    }

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, Libc.Limit* limit);
}
