using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Sockets;

namespace LuaReactor.Tests.Loop;

public abstract class PollerContract : IDisposable
{
    private readonly IPoller _poller;
    private readonly List<string> _calls = [];
    private readonly StreamSocket _ours;
    private readonly StreamSocket _theirs;
    private readonly Probe _probe;

    protected PollerContract(IPoller poller)
    {
        _poller = poller;
        (_ours, _theirs) = Pairs.Connect(poller);
        _probe = new Probe(_ours, _calls);
    }

    [Fact]
    public void Nothing_is_told_of_what_is_not_ready()
    {
        _poller.Watch(_probe, Readiness.Readable);

        Wait(0);

        _calls.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_dealt_with_is_told_again()
    {
        _theirs.Send("x"u8, out _);
        _poller.Watch(_probe, Readiness.Readable);

        Wait();
        Wait();

        _calls.ShouldBe(["read", "read"]);
    }

    [Fact]
    public void Reading_comes_before_writing()
    {
        _theirs.Send("x"u8, out _);
        _poller.Watch(_probe, Readiness.Readable);
        Wait();
        _calls.Clear();

        _poller.Watch(_probe, Readiness.Readable | Readiness.Writable);
        Wait();

        _calls.ShouldBe(["read", "write"]);
    }

    [Fact]
    public void Only_what_is_asked_for_is_told()
    {
        _theirs.Send("x"u8, out _);
        _poller.Watch(_probe, Readiness.Readable | Readiness.Writable);
        _poller.Watch(_probe, Readiness.Writable);

        Wait();

        _calls.ShouldBe(["write"]);
    }

    [Fact]
    public void What_reading_stops_is_not_told_to_be_writable()
    {
        _theirs.Send("x"u8, out _);
        _probe.OnRead = () => _poller.Watch(_probe, Readiness.None);
        _poller.Watch(_probe, Readiness.Readable);
        _poller.Watch(_probe, Readiness.Readable | Readiness.Writable);

        while (!_calls.Contains("read"))
        {
            _calls.Clear();
            Wait();
        }

        _calls.ShouldBe(["read"]);
    }

    [Fact]
    public void A_hang_up_of_one_that_is_paused_does_not_end_the_wait()
    {
        _poller.Watch(_probe, Readiness.Readable);
        _poller.Watch(_probe, Readiness.None);
        _theirs.ResetOnClose();
        _theirs.Dispose();

        Wait(0);

        _calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Readiness.Readable, "read")]
    [InlineData(Readiness.Writable, "write")]
    public void A_reset_is_told_to_whichever_call_is_asked_for(Readiness interest, string call)
    {
        _theirs.ResetOnClose();
        _theirs.Dispose();
        _poller.Watch(_probe, interest);

        Wait();

        _calls.ShouldBe([call]);
    }

    [Fact]
    public void An_event_of_one_that_an_earlier_callback_stopped_is_dropped()
    {
        var (ours, theirs) = Pairs.Connect(_poller);
        var other = new Probe(ours, _calls);
        foreach (var (probe, rival) in new[] { (_probe, other), (other, _probe) })
        {
            probe.OnRead = () => _poller.Watch(rival, Readiness.None);
            _poller.Watch(probe, Readiness.Writable);
        }
        theirs.Send("x"u8, out _);
        _theirs.Send("x"u8, out _);
        _poller.Watch(_probe, Readiness.Readable);
        _poller.Watch(other, Readiness.Readable);

        Wait();

        _calls.ShouldBe(["read"]);
        _poller.Watch(_probe, Readiness.None);
        _poller.Watch(other, Readiness.None);
        ours.Dispose();
        theirs.Dispose();
    }

    [Fact]
    public void An_event_of_one_that_was_closed_is_not_told_to_the_next_with_its_number()
    {
        var (ours, theirs) = Pairs.Connect(_poller);
        var heirs = new List<(Probe Probe, StreamSocket Ours, StreamSocket Theirs)>();
        var other = new Probe(ours, _calls);
        _probe.OnRead = () => Replace(other, ours);
        other.OnRead = () => Replace(_probe, _ours);
        theirs.Send("x"u8, out _);
        _theirs.Send("x"u8, out _);
        _poller.Watch(_probe, Readiness.Readable);
        _poller.Watch(other, Readiness.Readable);

        Wait();

        _calls.ShouldBe(["read"]);
        _poller.Watch(_probe, Readiness.None);
        _poller.Watch(other, Readiness.None);
        foreach (var heir in heirs)
        {
            _poller.Watch(heir.Probe, Readiness.None);
            heir.Ours.Dispose();
            heir.Theirs.Dispose();
        }
        ours.Dispose();
        theirs.Dispose();

        void Replace(Probe probe, StreamSocket socket)
        {
            _poller.Watch(probe, Readiness.None);
            socket.Dispose();
            // Of both ends of a new pair, one has taken the number.
            var (left, right) = Pairs.Connect(_poller);
            heirs.Add((new Probe(left, _calls, "heir "), left, right));
            heirs.Add((new Probe(right, _calls, "heir "), right, left));
            heirs.ForEach(heir => _poller.Watch(heir.Probe, Readiness.Readable));
        }
    }

    [Fact]
    public void Stopping_after_closing_leaves_nothing_watched()
    {
        _poller.Watch(_probe, Readiness.Readable);
        _ours.Dispose();

        _poller.Watch(_probe, Readiness.None);

        _poller.Watching().ShouldBeEmpty();
    }

    [Fact]
    public void A_callback_may_wait_itself()
    {
        _theirs.Send("x"u8, out _);
        _probe.OnRead = () =>
        {
            _probe.OnRead = null;
            Wait();
        };
        _poller.Watch(_probe, Readiness.Readable);

        Wait();

        _calls.ShouldBe(["read", "read"]);
    }

    [Fact]
    public async Task Another_thread_ends_a_wait()
    {
        var waiting = Task.Run(() => Wait(), TestContext.Current.CancellationToken);

        _poller.Wake();

        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        _calls.ShouldBeEmpty();
    }

    [Fact]
    public void One_wake_ends_one_wait()
    {
        _poller.Watch(_probe, Readiness.Writable);
        _poller.Wake();
        _poller.Wake();
        Wait();
        _poller.Watch(_probe, Readiness.None);
        _calls.Clear();

        // Would return at once, were a wake left over; a timer of the system's ends it instead.
        var began = TimeProvider.System.GetTimestamp();
        Wait(20);

        TimeProvider.System.GetElapsedTime(began).TotalMilliseconds.ShouldBeGreaterThan(15);
    }

    [Fact]
    public void Waking_one_that_is_disposed_does_nothing()
    {
        using var poller = Pollers.Create(_poller.Name);
        poller.Dispose();

        poller.Wake();
    }

    [Fact]
    public void A_connection_that_was_made_is_told_as_writable()
    {
        using var listener = Pairs.Listen(_poller);
        using var client = _poller.CreateStream(AddressFamily.InterNetwork, out _)!;
        var probe = new Probe(client, _calls);

        client.Connect(listener.Local);
        _poller.Watch(probe, Readiness.Writable);
        Wait();

        _calls.ShouldBe(["write"]);
        client.TakeError().ShouldBe(SocketError.Success);
        _poller.Watch(probe, Readiness.None);
    }

    public void Dispose()
    {
        _poller.Watch(_probe, Readiness.None);
        _poller.Watching().ShouldBeEmpty();
        _ours.Dispose();
        _theirs.Dispose();
        _poller.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Wait(int milliseconds = -1) => _poller.Wait(milliseconds, new PlainCalls());
}

public sealed class EpollPollerTests() : PollerContract(new EpollPoller());

public sealed class SelectPollerTests() : PollerContract(new SelectPoller());

public sealed class PollersTests
{
    [Fact]
    public void An_unknown_name_is_refused_with_those_there_are() =>
        Should.Throw<ArgumentException>(() => Pollers.Create("kqueue"))
            .Message.ShouldBe("unknown reactor 'kqueue': use epoll or select");

    [Fact]
    public void The_best_of_this_system_is_taken_without_a_name()
    {
        using var poller = Pollers.Create();

        poller.Name.ShouldBe(OperatingSystem.IsLinux() ? "epoll" : "select");
    }
}
