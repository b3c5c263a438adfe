using LuaReactor.Loop;
using LuaReactor.Sockets;
using Microsoft.Extensions.Logging;

namespace LuaReactor.Tests.Loop;

public abstract class EventLoopContract : IDisposable
{
    private readonly HandClock _clock = new();
    private readonly ErrorLog _log = new();
    private readonly List<string> _ran = [];
    private readonly EventLoop _loop;
    private readonly StreamSocket _ours;
    private readonly StreamSocket _theirs;

    protected EventLoopContract(IPoller poller)
    {
        _loop = new EventLoop(poller, _clock, _log);
        (_ours, _theirs) = Pairs.Connect(poller);
    }

    [Fact]
    public void A_turn_runs_posted_calls_then_timers_then_descriptors_and_flushes_last()
    {
        var probe = new Probe(_ours, _ran) { OnWrite = () => _loop.FlushAtEndOfTurn(new Output(() => _ran.Add("flush"))) };
        _loop.Poller.Watch(probe, Readiness.Writable);
        _loop.CallLater(0, () => _ran.Add("timer"));
        _loop.Post(() => _ran.Add("posted"));

        _loop.Turn();

        _ran.ShouldBe(["posted", "timer", "write", "flush"]);
        _loop.Poller.Watch(probe, Readiness.None);
    }

    [Fact]
    public void What_a_timer_writes_leaves_before_the_poll()
    {
        var probe = new Probe(_ours, _ran);
        _loop.Poller.Watch(probe, Readiness.Writable);
        _loop.CallLater(0, () => _loop.FlushAtEndOfTurn(new Output(() => _ran.Add("flush"))));

        _loop.Turn();

        _ran.ShouldBe(["flush", "write"]);
        _loop.Poller.Watch(probe, Readiness.None);
    }

    [Theory]
    [InlineData(31, 2)]
    [InlineData(32, 1)]
    public void When_many_ask_they_are_flushed_before_the_next_callback(int asking, int callbacksBefore)
    {
        void Ask()
        {
            for (; asking > 0; asking--)
            {
                _loop.FlushAtEndOfTurn(new Output(() => _ran.Add("flush")));
            }
        }

        Probe[] probes = [new(_ours, _ran) { OnWrite = Ask }, new(_theirs, _ran) { OnWrite = Ask }];
        foreach (var probe in probes)
        {
            _loop.Poller.Watch(probe, Readiness.Writable);
        }

        _loop.Turn();

        _ran.Count(ran => ran == "write").ShouldBe(2);
        _ran.IndexOf("flush").ShouldBe(callbacksBefore);
        foreach (var probe in probes)
        {
            _loop.Poller.Watch(probe, Readiness.None);
        }
    }

    [Fact]
    public void One_that_asks_again_as_it_is_flushed_waits_for_the_next_time_and_no_poll_sleeps()
    {
        Output? again = null;
        again = new Output(() =>
        {
            _ran.Add("flush");
            if (_ran.Count < 3)
            {
                _loop.FlushAtEndOfTurn(again!);
            }
        });
        _loop.FlushAtEndOfTurn(again);

        _loop.Turn();
        _ran.ShouldBe(["flush", "flush"]);

        _loop.Turn(0);
        _ran.Count.ShouldBe(3);
    }

    [Fact]
    public void Timers_follow_the_clock_they_were_given()
    {
        _loop.CallLater(1, () => _ran.Add("one"));

        _clock.Advance(0.999);
        _loop.Turn(0);
        _ran.ShouldBeEmpty();

        _clock.Advance(0.001);
        _loop.Turn(0);
        _ran.ShouldBe(["one"]);
        _loop.Seconds.ShouldBe(1, 1e-9);
    }

    [Fact]
    public void A_timer_that_throws_is_logged_and_the_others_run()
    {
        _loop.CallLater(0, () => throw new InvalidOperationException("boom"));
        _loop.CallLater(0, () => _ran.Add("other"));

        _loop.Turn(0);

        _ran.ShouldBe(["other"]);
        _log.Errors.ShouldHaveSingleItem().Message.ShouldBe("boom");
    }

    [Fact]
    public void A_descriptor_that_throws_is_no_longer_watched_and_gets_its_error()
    {
        var boom = new InvalidOperationException("boom");
        var probe = new Probe(_ours, _ran) { OnWrite = () => throw boom };
        _loop.Poller.Watch(probe, Readiness.Writable);

        _loop.Turn();

        probe.Watched.ShouldBe(Readiness.None);
        probe.Error.ShouldBe(boom);
        _log.Errors.ShouldBe([boom]);
    }

    [Fact]
    public void A_call_posted_by_a_posted_call_waits_for_the_next_turn()
    {
        _loop.Post(() => _loop.Post(() => _ran.Add("inner")));

        _loop.Turn();
        _ran.ShouldBeEmpty();

        _loop.Turn(0);
        _ran.ShouldBe(["inner"]);
    }

    [Fact]
    public async Task Calls_from_another_thread_wake_the_loop_and_run_in_order_on_its_thread()
    {
        var threads = new List<int>();
        var poster = Task.Run(
            () =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    _loop.Post(() => threads.Add(Environment.CurrentManagedThreadId));
                    var name = $"{i}";
                    _loop.Post(() => _ran.Add(name));
                }
                // A turn that has run the last call would sleep for ever.
                _loop.Post(_loop.Wake);
            },
            TestContext.Current.CancellationToken);

        while (_ran.Count < 1000)
        {
            _loop.Turn();
        }

        threads.Distinct().ShouldBe([Environment.CurrentManagedThreadId]);
        _ran.ShouldBe(Enumerable.Range(0, 1000).Select(i => $"{i}"));
        await poster;
    }

    [Fact]
    public void Waking_from_a_callback_keeps_the_poll_from_sleeping()
    {
        _loop.CallLater(0, _loop.Wake);

        _loop.Turn();

        _loop.Timers.Count.ShouldBe(0);
    }

    [Fact]
    public void Chores_are_done_before_a_poll_that_may_sleep_and_only_then()
    {
        _loop.BeforeBlocking += () =>
        {
            _ran.Add("chores");
            _loop.Wake();
        };

        _loop.Turn(0);
        _ran.ShouldBeEmpty();

        _loop.Turn();
        _ran.ShouldBe(["chores"]);
    }

    [Fact]
    public void What_follows_an_await_runs_on_the_loop()
    {
        var answer = new TaskCompletionSource();
        _loop.CallLater(0, () => _ = Ask());

        _loop.Turn(0);
        new Thread(answer.SetResult).Start();
        while (_ran.Count == 0)
        {
            _loop.Turn();
        }

        _ran.ShouldBe([$"{Environment.CurrentManagedThreadId}"]);

        async Task Ask()
        {
            await answer.Task;
            _ran.Add($"{Environment.CurrentManagedThreadId}");
            _loop.Wake();
        }
    }

    [Fact]
    public void What_is_sent_to_the_loop_throws_where_it_was_sent()
    {
        Exception? thrown = null;
        _loop.Turn(0);
        var sender = new Thread(() =>
        {
            thrown = Record.Exception(() => _loop.Context.Send(_ => throw new InvalidOperationException("boom"), null));
            _loop.Wake();
        });
        sender.Start();
        while (Volatile.Read(ref thrown) is null)
        {
            _loop.Turn();
        }
        sender.Join();

        thrown.ShouldBeOfType<InvalidOperationException>();
        _log.Errors.ShouldBeEmpty();
    }

    public void Dispose()
    {
        _loop.Poller.Watching().ShouldBeEmpty();
        _loop.Timers.GetDelayedCalls().ShouldBeEmpty();
        _ours.Dispose();
        _theirs.Dispose();
        _loop.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class Output(Action flush) : IFlushable
    {
        public void Flush() => flush();
    }
}

public sealed class EpollEventLoopTests() : EventLoopContract(new EpollPoller())
{
    // What is allocated as a server idles is memory until the next collection, which an idle server is long in coming to.
    [Fact]
    public void A_turn_with_nothing_to_do_allocates_nothing()
    {
        using var loop = new EventLoop(new EpollPoller());
        var waiting = loop.CallLater(1000, () => { });
        loop.Turn(0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var turn = 0; turn < 1000; turn++)
        {
            loop.Turn(0);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        waiting.Cancel();
    }
}

public sealed class SelectEventLoopTests() : EventLoopContract(new SelectPoller());

/// <summary>Keeps the errors that were logged.</summary>
internal sealed class ErrorLog : ILogger
{
    public List<Exception> Errors { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Errors.Add(exception!);
}
