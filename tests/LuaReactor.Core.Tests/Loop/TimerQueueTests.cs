using LuaReactor.Loop;

namespace LuaReactor.Tests.Loop;

public sealed class TimerQueueTests
{
    private readonly List<string> _ran = [];
    private readonly TimerQueue _timers;
    private double _now;

    public TimerQueueTests() => _timers = new TimerQueue(() => _now);

    [Fact]
    public void Calls_run_when_they_are_due_soonest_first()
    {
        Add(2, "two");
        Add(1, "one");
        Add(3, "three");

        RunAt(2);

        _ran.ShouldBe(["one", "two"]);
        _timers.Next.ShouldBe(3);
    }

    [Fact]
    public void Calls_due_at_the_same_time_run_in_the_order_they_were_asked_for()
    {
        for (var i = 0; i < 20; i++)
        {
            Add(1, $"{i}");
        }

        RunAt(1);

        _ran.ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}"));
    }

    [Fact]
    public void A_call_made_while_calls_run_waits_for_the_next_turn()
    {
        _timers.Add(0, () => Add(0, "inner"));

        _timers.RunDue();
        _ran.ShouldBeEmpty();

        _timers.RunDue();
        _ran.ShouldBe(["inner"]);
    }

    [Fact]
    public void A_call_moved_to_now_while_calls_run_waits_for_the_next_turn()
    {
        var later = Add(5, "moved");
        _timers.Add(0, () => later.Reset(0));

        _timers.RunDue();
        _ran.ShouldBeEmpty();

        _timers.RunDue();
        _ran.ShouldBe(["moved"]);
    }

    [Theory]
    [InlineData(-1, "-1")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(-0.5, "-0.5")]
    public void What_is_no_delay_is_refused_where_it_is_given(double delay, string text)
    {
        var call = Add(1, "one");

        Should.Throw<ArgumentOutOfRangeException>(() => Add(delay, "never"))
            .Message.ShouldBe($"callLater: {text} is not a delay: it must be a finite number of seconds, 0 or more");
        Should.Throw<ArgumentOutOfRangeException>(() => call.Reset(delay)).Message.ShouldStartWith($"reset: {text}");
        call.GetTime().ShouldBe(1);
    }

    [Fact]
    public void A_cancelled_call_does_not_run()
    {
        var call = Add(1, "cancelled");
        Add(1, "other");

        call.Cancel();
        RunAt(1);

        _ran.ShouldBe(["other"]);
        call.Active.ShouldBeFalse();
    }

    [Fact]
    public void Moving_one_or_cancelling_it_again_tells_that_it_was_cancelled()
    {
        var call = Add(1, "cancelled");
        call.Cancel();

        foreach (var change in new Action[] { call.Cancel, () => call.Reset(1), () => call.Delay(1) })
        {
            var error = Should.Throw<AlreadyCancelledException>(change);
            error.Message.ShouldBe("Tried to cancel an already-cancelled event.");
            error.Name.ShouldBe("AlreadyCancelled");
        }
    }

    [Fact]
    public void Moving_or_cancelling_one_that_ran_tells_that_it_was_called()
    {
        var call = Add(1, "ran");
        RunAt(1);

        foreach (var change in new Action[] { call.Cancel, () => call.Reset(1), () => call.Delay(1) })
        {
            var error = Should.Throw<AlreadyCalledException>(change);
            error.Message.ShouldBe("Tried to cancel an already-called event.");
            error.Name.ShouldBe("AlreadyCalled");
        }
    }

    [Fact]
    public void A_call_is_over_inside_itself()
    {
        var active = true;
        _timers.Add(0, new OwnCall(self => active = self.Active));

        _timers.RunDue();

        active.ShouldBeFalse();
    }

    [Fact]
    public void A_call_is_asked_for_once()
    {
        var call = new OwnCall(_ => _ran.Add("own"));
        _timers.Add(1, call);

        Should.Throw<InvalidOperationException>(() => _timers.Add(2, call));
        RunAt(1);
        Should.Throw<InvalidOperationException>(() => _timers.Add(2, call));

        _ran.ShouldBe(["own"]);
        _timers.Count.ShouldBe(0);
    }

    [Fact]
    public void Delay_and_reset_move_as_in_Twisted()
    {
        var call = Add(5, "moved");

        call.Delay(3);
        call.GetTime().ShouldBe(8);
        call.Reset(1);
        call.GetTime().ShouldBe(1);
        call.Delay(-0.5);
        call.GetTime().ShouldBe(0.5);

        _timers.Next.ShouldBe(0.5);
        _timers.GetDelayedCalls().ShouldBe([call]);
        RunAt(0.4);
        _ran.ShouldBeEmpty();
        RunAt(10);
        _ran.ShouldBe(["moved"]);
        _timers.Count.ShouldBe(0);
    }

    [Fact]
    public void One_moved_to_later_runs_then_and_not_before()
    {
        Add(1, "moved").Delay(1);
        Add(1.5, "between");

        _timers.Next.ShouldBe(1.5);
        RunAt(1.5);
        _ran.ShouldBe(["between"]);
        RunAt(2);
        _ran.ShouldBe(["between", "moved"]);
    }

    [Fact]
    public void Cancelled_calls_do_not_pile_up()
    {
        var kept = Add(1000, "kept");
        for (var i = 0; i < 100_000; i++)
        {
            Add(30, "never").Cancel();
        }

        _timers.Entries.ShouldBeLessThan(200);
        _timers.GetDelayedCalls().ShouldBe([kept]);
        _timers.Next.ShouldBe(1000);
    }

    [Fact]
    public void Those_that_remain_when_most_are_cancelled_run_in_the_order_of_time()
    {
        var random = new Random(2);
        var due = new List<double>();
        var calls = Enumerable.Range(0, 1000).Select(_ => new OwnCall(self => due.Add(self.Time))).ToArray();
        foreach (var call in calls)
        {
            _timers.Add(random.Next(500), call);
        }
        foreach (var call in calls.Where(_ => random.Next(10) > 0))
        {
            call.Cancel();
        }
        var alive = calls.Where(call => call.Active).Select(call => call.Time).Order().ToArray();
        _timers.Entries.ShouldBeLessThan(300);

        RunAt(500);

        due.ShouldBe(alive);
    }

    [Fact]
    public void One_moved_to_and_fro_does_not_pile_up()
    {
        var call = Add(1000, "moved");
        for (var i = 0; i < 10_000; i++)
        {
            call.Reset(1000 - (i * 0.01));
            call.Delay(0.001);
        }

        _timers.Entries.ShouldBeLessThan(200);
        _timers.Count.ShouldBe(1);
    }

    [Fact]
    public void Any_mixture_of_moves_runs_in_the_order_of_time()
    {
        var random = new Random(1);
        var calls = new List<DelayedCall>();
        var due = new List<double>();
        for (var i = 0; i < 2_000; i++)
        {
            calls.Add(new OwnCall(self => due.Add(self.Time)));
            _timers.Add(random.Next(100), calls[i]);
            var other = calls[random.Next(calls.Count)];
            switch (random.Next(4))
            {
                case 0 when other.Active: other.Cancel(); break;
                case 1 when other.Active: other.Reset(random.Next(100)); break;
                case 2 when other.Active: other.Delay(random.Next(-5, 20)); break;
            }
        }
        var alive = calls.Where(call => call.Active).Select(call => call.Time).Order().ToArray();
        _timers.Count.ShouldBe(alive.Length);

        RunAt(1000);

        due.ShouldBe(alive);
        _timers.Entries.ShouldBe(0);
    }

    [Fact]
    public void One_that_is_due_can_be_cancelled_and_moved_by_another_that_is()
    {
        DelayedCall cancelled = null!, moved = null!, again = null!, last = null!;
        _timers.Add(1, () =>
        {
            _timers.Count.ShouldBe(4);
            _timers.GetDelayedCalls().ShouldBe([cancelled, moved, again, last], ignoreOrder: true);
            cancelled.Cancel();
            moved.Reset(5);
            again.Reset(0);
            _timers.Count.ShouldBe(3);
            moved.Active.ShouldBeTrue();
            Should.Throw<AlreadyCancelledException>(cancelled.Cancel);
        });
        cancelled = Add(2, "cancelled");
        moved = Add(2, "moved");
        again = Add(2, "again");
        last = Add(2, "last");

        RunAt(2);
        _ran.ShouldBe(["last"]);
        RunAt(2);
        _ran.ShouldBe(["last", "again"]);
        _timers.Next.ShouldBe(7);
        RunAt(7);
        _ran.ShouldBe(["last", "again", "moved"]);
        _timers.Count.ShouldBe(0);
    }

    [Fact]
    public void A_turn_inside_a_call_runs_the_rest()
    {
        _timers.Add(1, () =>
        {
            _timers.Next.ShouldBe(1);
            _timers.RunDue();
            _ran.Add("outer");
        });
        Add(1, "second");
        Add(1, "third");

        RunAt(1);

        _ran.ShouldBe(["second", "third", "outer"]);
    }

    [Fact]
    public void Without_a_guard_a_call_that_throws_leaves_the_rest_for_the_next_turn()
    {
        _timers.Add(1, () => throw new InvalidDataException());
        Add(1, "second");

        Should.Throw<InvalidDataException>(() => RunAt(1));

        _ran.ShouldBeEmpty();
        _timers.Next.ShouldBe(1);
        _timers.RunDue();
        _ran.ShouldBe(["second"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Calls_that_change_others_as_they_run_do_what_a_plain_list_would(int seed)
    {
        var random = new Random(seed);
        List<(double Time, int Order, int Call)> plain = [];
        List<DelayedCall> calls = [];
        List<int> expected = [];
        List<int> ran = [];
        var orders = 0;
        // Some of those that run change one of the others, in the same way on both sides.
        var changes = Enumerable.Range(0, 300).Select(_ => (Other: random.Next(300), What: random.Next(4), By: random.Next(10))).ToArray();
        for (var i = 0; i < 300; i++)
        {
            var number = i;
            calls.Add(_timers.Add(random.Next(20), () =>
            {
                ran.Add(number);
                Change(number);
            }));
            plain.Add((calls[i].Time, orders++, i));
        }

        for (var turn = 0; turn < 40; turn++)
        {
            var made = orders;
            while (plain.Where(call => call.Time <= turn && call.Order < made).Order().Select(call => (int?)call.Call).FirstOrDefault() is { } next)
            {
                plain.RemoveAll(call => call.Call == next);
                expected.Add(next);
                var (other, what, by) = changes[next];
                var at = plain.FindIndex(call => call.Call == other);
                if (at >= 0 && what > 0)
                {
                    plain[at] = what == 2 ? (turn + by, orders++, other) : (plain[at].Time + by - 5, orders++, other);
                    if (what == 1)
                    {
                        plain.RemoveAt(at);
                    }
                }
            }
            RunAt(turn);
            ran.ShouldBe(expected, $"turn {turn}");
            _timers.Count.ShouldBe(plain.Count);
        }

        void Change(int number)
        {
            var other = calls[changes[number].Other];
            var by = changes[number].By;
            switch (changes[number].What)
            {
                case 1 when other.Active: other.Cancel(); break;
                case 2 when other.Active: other.Reset(by); break;
                case 3 when other.Active: other.Delay(by - 5); break;
            }
        }
    }

    private DelayedCall Add(double delay, string name) => _timers.Add(delay, () => _ran.Add(name));

    private void RunAt(double now)
    {
        _now = now;
        _timers.RunDue();
    }

    private sealed class OwnCall(Action<DelayedCall> run) : DelayedCall
    {
        protected internal override void Run() => run(this);
    }
}
