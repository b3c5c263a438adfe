using LuaReactor.Loop;

namespace LuaReactor.Tests.Loop;

public sealed class SystemEventsTests
{
    private readonly ErrorLog _log = new();
    private readonly List<string> _ran = [];
    private readonly SystemEvents _events;

    public SystemEventsTests() => _events = new SystemEvents(new Guard(_log));

    [Fact]
    public void Triggers_run_by_phase_and_then_in_the_order_they_were_added()
    {
        Add(TriggerPhase.After, "after");
        Add(TriggerPhase.During, "during");
        Add(TriggerPhase.Before, "before 1");
        Add(TriggerPhase.Before, "before 2");

        _events.Fire("shutdown", () => _ran.Add("done"));

        _ran.ShouldBe(["before 1", "before 2", "during", "after", "done"]);
    }

    [Fact]
    public void What_comes_before_is_waited_for()
    {
        var (first, second) = (new Pending(), new Pending());
        _events.Add(TriggerPhase.Before, "shutdown", () => first);
        _events.Add(TriggerPhase.Before, "shutdown", () => second);
        Add(TriggerPhase.During, "during");

        _events.Fire("shutdown");
        second.Done();
        _ran.ShouldBeEmpty();
        first.Done();
        first.Done();

        _ran.ShouldBe(["during"]);
    }

    [Fact]
    public void A_trigger_that_throws_is_logged_and_the_others_run()
    {
        _events.Add(TriggerPhase.Before, "shutdown", (Action)(() => throw new InvalidOperationException("before")));
        _events.Add(TriggerPhase.During, "shutdown", (Action)(() => throw new InvalidOperationException("during")));
        Add(TriggerPhase.After, "after");

        _events.Fire("shutdown");

        _ran.ShouldBe(["after"]);
        _log.Errors.Select(error => error.Message).ShouldBe(["before", "during"]);
    }

    [Fact]
    public void A_trigger_that_was_removed_does_not_run()
    {
        var trigger = Add(TriggerPhase.During, "removed");

        _events.Remove(trigger);
        _events.Fire("shutdown");

        _ran.ShouldBeEmpty();
        Should.Throw<ArgumentException>(() => _events.Remove(trigger));
    }

    [Fact]
    public void A_trigger_may_remove_a_later_one_and_add_another()
    {
        SystemTrigger? last = null;
        _events.Add(TriggerPhase.During, "shutdown", () =>
        {
            _events.Remove(last!);
            Add(TriggerPhase.After, "added");
        });
        last = Add(TriggerPhase.During, "removed");

        _events.Fire("shutdown");

        _ran.ShouldBe(["added"]);
    }

    [Fact]
    public void An_event_runs_its_own_triggers_and_each_once()
    {
        Add(TriggerPhase.During, "shutdown");
        _events.Add(TriggerPhase.During, "startup", () => _ran.Add("startup"));

        _events.Fire("startup");
        _events.Fire("startup");

        _ran.ShouldBe(["startup"]);
    }

    private SystemTrigger Add(TriggerPhase phase, string name) => _events.Add(phase, "shutdown", () => _ran.Add(name));

    private sealed class Pending : IPending
    {
        public Action Done { get; private set; } = () => { };

        public void WhenDone(Action done) => Done = done;
    }
}
