using LuaReactor.Loop;
using LuaReactor.Tests.Transports;
using LuaReactor.Transports;

namespace LuaReactor.Tests;

/// <summary>Running, stopping and what may be asked of a reactor when.</summary>
public abstract class ReactorContract(string poller) : ReactorTest(poller)
{
    [Fact]
    public void A_start_runs_the_startup_triggers_by_phase_with_the_calls_made_when_running_among_the_last()
    {
        Reactor.CallWhenRunning(() => Note($"when running {Reactor.Running}"));
        Reactor.AddSystemEventTrigger(TriggerPhase.After, "startup", () => Noted("after"));
        Reactor.AddSystemEventTrigger(TriggerPhase.During, "startup", () => Noted("during"));
        Reactor.AddSystemEventTrigger(TriggerPhase.Before, "startup", () => Noted("before"));
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Ran.ShouldBe(["before", "during", "when running True", "after"]);
    }

    [Fact]
    public void A_call_made_when_running_is_called_at_once_while_the_reactor_runs()
    {
        Reactor.CallLater(0, () =>
        {
            Reactor.CallWhenRunning(() => Note("called"));
            Note("back");
            Reactor.Stop();
        });

        Run();

        Ran.ShouldBe(["called", "back"]);
    }

    [Fact]
    public void What_follows_an_await_in_a_call_made_when_running_is_on_the_reactors_thread()
    {
        var thread = 0;
        Reactor.CallWhenRunning(() => _ = Ask());

        Run();

        thread.ShouldBe(Environment.CurrentManagedThreadId);

        async Task Ask()
        {
            await Task.Yield();
            thread = Environment.CurrentManagedThreadId;
            Reactor.CallFromThread(Reactor.Stop);
        }
    }

    [Fact]
    public void A_stop_returns_at_once_and_the_rest_of_the_callback_runs_while_the_reactor_still_does()
    {
        Reactor.CallLater(0, () =>
        {
            Reactor.Stop();
            Note($"running {Reactor.Running}");
        });
        Reactor.AddSystemEventTrigger(TriggerPhase.Before, "shutdown", () => Noted("before"));

        Run();

        Ran.ShouldBe(["running True", "before"]);
        Reactor.Running.ShouldBeFalse();
    }

    [Fact]
    public void A_stop_runs_before_then_closes_connections_then_runs_during_and_after()
    {
        var (server, client) = Pair();
        Ran.Clear();
        server.OnLost = _ => Note("lost");
        client.OnLost = _ => Note("lost");
        Reactor.AddSystemEventTrigger(TriggerPhase.After, "shutdown", () => Noted("after"));
        Reactor.AddSystemEventTrigger(TriggerPhase.During, "shutdown", () => Noted("during"));
        Reactor.AddSystemEventTrigger(TriggerPhase.Before, "shutdown", () => Noted($"before, connected {client.Connected}"));
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Ran.ShouldBe(["before, connected True", "lost", "lost", "during", "after"]);
        client.Reason.ShouldBeOfType<ConnectionLostException>().Message
            .ShouldBe("Connection to the other side was lost in a non-clean fashion: Connection lost.");
    }

    [Fact]
    public void A_trigger_before_shutdown_that_waits_is_waited_for_and_meanwhile_timers_and_sockets_have_their_turns()
    {
        var pending = new Wait();
        var (server, client) = Pair();
        server.OnData = _ => pending.Over();
        Reactor.AddSystemEventTrigger(TriggerPhase.Before, "shutdown", () =>
        {
            Reactor.CallLater(0, () => client.Transport.Write("still here"u8));
            return pending;
        });
        Reactor.AddSystemEventTrigger(TriggerPhase.During, "shutdown", () => Noted(server.Text));
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Ran.ShouldBe(["still here"]);
    }

    [Fact]
    public void A_start_whose_trigger_waits_goes_on_when_the_wait_is_over()
    {
        var pending = new Wait();
        Reactor.AddSystemEventTrigger(TriggerPhase.Before, "startup", () => pending);
        Reactor.CallLater(0, pending.Over);
        Reactor.CallWhenRunning(Reactor.Stop);
        Reactor.AddSystemEventTrigger(TriggerPhase.After, "startup", () => Noted("after"));

        Run();

        Ran.ShouldBe(["after"]);
    }

    [Fact]
    public void A_trigger_that_throws_is_logged_and_the_others_run()
    {
        Reactor.AddSystemEventTrigger(TriggerPhase.Before, "shutdown", () => throw new InvalidOperationException("boom"));
        Reactor.AddSystemEventTrigger(TriggerPhase.During, "shutdown", () => Noted("during"));
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Ran.ShouldBe(["during"]);
        Errors.ShouldBe(["boom"]);
    }

    [Fact]
    public void Triggers_of_an_event_of_ones_own_run_when_it_is_fired_and_not_once_removed()
    {
        Reactor.AddSystemEventTrigger(TriggerPhase.During, "dinner", () => Noted("eat"));
        var removed = Reactor.AddSystemEventTrigger(TriggerPhase.After, "dinner", () => Noted("wash up"));

        Reactor.RemoveSystemEventTrigger(removed);
        Reactor.FireSystemEvent("dinner");

        Ran.ShouldBe(["eat"]);
        Should.Throw<ArgumentException>(() => Reactor.RemoveSystemEventTrigger(removed));
    }

    [Fact]
    public void To_stop_or_crash_what_does_not_run_is_an_error()
    {
        Should.Throw<ReactorNotRunningException>(Reactor.Stop).Message.ShouldBe("Can't stop reactor that isn't running.");
        Should.Throw<ReactorNotRunningException>(Reactor.Crash);
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Should.Throw<ReactorNotRunningException>(Reactor.Stop);
        Should.Throw<ReactorNotRunningException>(Reactor.Crash);
    }

    [Fact]
    public void To_stop_while_stopping_does_nothing()
    {
        Reactor.AddSystemEventTrigger(TriggerPhase.Before, "shutdown", () =>
        {
            Reactor.Stop();
            return Noted("before");
        });
        Reactor.CallWhenRunning(() =>
        {
            Reactor.Stop();
            Reactor.Stop();
        });

        Run();

        Ran.ShouldBe(["before"]);
        Errors.ShouldBeEmpty();
    }

    [Fact]
    public void To_run_from_inside_or_after_a_stop_is_an_error_with_a_sentence()
    {
        Exception? inside = null;
        Reactor.CallLater(0, () =>
        {
            inside = Record.Exception(() => Reactor.Run(handleSignals: false));
            Reactor.Stop();
        });

        Run();

        inside.ShouldBeOfType<ReactorAlreadyRunningException>().Message.ShouldNotBeEmpty();
        Should.Throw<ReactorNotRestartableException>(() => Reactor.Run()).Message.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_crash_ends_the_run_without_shutdown_triggers_and_the_reactor_may_run_again()
    {
        var trigger = Reactor.AddSystemEventTrigger(TriggerPhase.Before, "shutdown", () => Noted("shutdown"));
        Reactor.CallLater(0, Reactor.Crash);
        Run();
        Reactor.Running.ShouldBeFalse();
        Ran.ShouldBeEmpty();

        Reactor.CallWhenRunning(() => Note("again"));
        Reactor.CallLater(0, Reactor.Stop);
        Run();

        Ran.ShouldBe(["again", "shutdown"]);
        Should.Throw<ArgumentException>(() => Reactor.RemoveSystemEventTrigger(trigger));
    }

    [Fact]
    public void A_turn_by_hand_runs_what_is_due_without_waiting_and_without_running()
    {
        Reactor.CallLater(0, () => Note($"due, running {Reactor.Running}, in turn {Reactor.InTurn}"));
        var later = Reactor.CallLater(1, () => Note("later"));

        Reactor.Iterate(TimeSpan.Zero);
        Reactor.Iterate(TimeSpan.Zero);

        Ran.ShouldBe(["due, running False, in turn True"]);
        later.Cancel();
    }

    [Fact]
    public void A_callback_cannot_turn_the_loop_it_was_called_from()
    {
        Exception? thrown = null;
        Reactor.CallLater(0, () => thrown = Record.Exception(() => Reactor.Iterate(TimeSpan.Zero)));

        Turns(1);

        thrown.ShouldBeOfType<ReactorAlreadyRunningException>();
    }

    [Fact]
    public void A_call_that_throws_is_logged_and_the_reactor_goes_on()
    {
        Reactor.CallLater(0, () => throw new OperationCanceledException("boom"));
        Reactor.CallLater(0, () => Note("other"));
        Reactor.CallFromThread(() => throw new InvalidOperationException("bang"));
        Reactor.CallLater(0, Reactor.Stop);

        Run();

        Ran.ShouldBe(["other"]);
        Errors.ShouldBe(["bang", "boom"]);
    }

    [Fact]
    public void Calls_from_other_threads_run_on_the_reactors_thread_in_the_order_of_each()
    {
        var places = new HashSet<int>();
        var threads = Enumerable.Range(0, 4).Select(number => new Thread(() =>
        {
            for (var i = 0; i < 250; i++)
            {
                var name = $"{number}:{i}";
                Reactor.CallFromThread(() => Came(name));
            }
        })).ToList();
        Reactor.CallWhenRunning(() => threads.ForEach(thread => thread.Start()));

        Run();

        places.ShouldBe([Environment.CurrentManagedThreadId]);
        Ran.Where(name => name.StartsWith("2:", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, 250).Select(i => $"2:{i}"));
        threads.ForEach(thread => thread.Join());

        void Came(string name)
        {
            places.Add(Environment.CurrentManagedThreadId);
            Note(name);
            if (Ran.Count == 1000)
            {
                Reactor.Stop();
            }
        }
    }

    [Fact]
    public void A_port_closed_in_the_turn_that_stops_is_stopped_and_says_so()
    {
        var factory = new WitnessFactory(() => null, Ran);
        var port = Listen(factory);
        Reactor.CallLater(0, () =>
        {
            port.StopListening(() => Note("done"));
            Reactor.Stop();
        });

        Run();

        Ran.ShouldBe(["start", "stop", "done"]);
    }

    [Fact]
    public void A_stop_closes_ports_and_attempts_and_tells_their_factories()
    {
        var (listening, connecting) = (new WitnessFactory(), new WitnessFactory());
        Listen(listening);
        Reactor.ConnectTcp("127.0.0.1", FullPort.Number(Holder), connecting);
        Reactor.CallLater(0, Reactor.Stop);

        Run();

        listening.Calls.ShouldBe(["start", "stop"]);
        connecting.Calls.ShouldBe(["start", "started Connecting", "failed Disconnected", "stop"]);
    }

    [Fact]
    public void What_was_written_before_a_stop_is_sent()
    {
        var (server, peer) = PairWithPlain();
        var much = new byte[5_000_000];
        var count = 0;
        var reader = new Thread(() =>
        {
            var buffer = new byte[65536];
            for (var got = 1; got > 0; count += got)
            {
                got = peer.Receive(buffer);
            }
        });
        Reactor.CallWhenRunning(() =>
        {
            server.Transport.Write(much);
            Reactor.Stop();
            reader.Start();
        });

        Run();
        reader.Join();

        count.ShouldBe(much.Length);
    }

    [Fact]
    public void A_stop_waits_only_so_long_for_a_peer_that_reads_nothing()
    {
        var (server, _) = PairWithPlain();
        server.Transport.Write(new byte[50_000_000]);
        Reactor.AddSystemEventTrigger(TriggerPhase.Before, "shutdown", () =>
        {
            Reactor.CallFromThread(() =>
            {
                Note($"connected {server.Connected}");
                Clock.Advance(6);
            });
            return null;
        });
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Ran.ShouldBe(["connected True"]);
        server.Reason.ShouldBeOfType<ConnectionLostException>();
    }

    [Fact]
    public void To_stop_when_a_connection_is_lost_in_the_shutdown_does_nothing()
    {
        var port = Listen(new WitnessFactory());
        var clients = new WitnessFactory { OnLost = _ => Reactor.Stop() };
        Connect(port, clients);
        Until(() => clients.Made.Count == 1);
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        clients.Loss.ShouldBeOfType<ConnectionLostException>();
        Errors.ShouldBeEmpty();
    }

    [Fact]
    public void A_client_that_connects_again_as_the_reactor_stops_leaves_nothing_open()
    {
        var port = Listen(new WitnessFactory());
        var clients = new WitnessFactory { OnLost = connector => connector.Connect() };
        Connect(port, clients);
        Until(() => clients.Made.Count == 1);
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Reactor.Connecting.ShouldBeEmpty();
        clients.Calls.Last().ShouldBe("stop");
    }

    [Fact]
    public void A_connection_lost_that_throws_in_the_shutdown_does_not_keep_the_others_open()
    {
        var (server, client) = Pair();
        server.OnLost = client.OnLost = _ => throw new InvalidOperationException("boom");
        Reactor.CallWhenRunning(Reactor.Stop);

        Run();

        Errors.ShouldBe(["boom", "boom"]);
    }

    [Fact]
    public void To_dispose_of_a_reactor_closes_what_is_open_without_a_word()
    {
        var (server, _) = Pair();
        Listen(new WitnessFactory(() => null, Ran));
        Reactor.ConnectTcp("127.0.0.1", FullPort.Number(Holder), new WitnessFactory(() => null, Ran));
        Ran.Clear();

        Reactor.Dispose();

        (Reactor.Connections.Count, Reactor.Ports.Count, Reactor.Connecting.Count).ShouldBe((0, 0, 0));
        server.Calls.ShouldBe(["made"]);
        Ran.ShouldBeEmpty();
    }

    private void Note(string what) => Ran.Add(what);

    private IPending? Noted(string what)
    {
        Note(what);
        return null;
    }

    private sealed class Wait : IPending
    {
        private Action? _done;
        private bool _over;

        public void WhenDone(Action done)
        {
            _done = done;
            if (_over)
            {
                done();
            }
        }

        public void Over()
        {
            _over = true;
            _done?.Invoke();
        }
    }
}

public sealed class EpollReactorTests() : ReactorContract("epoll");

public sealed class SelectReactorTests() : ReactorContract("select");
