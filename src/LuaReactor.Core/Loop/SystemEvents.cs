namespace LuaReactor.Loop;

/// <summary>Something not over yet that triggers may wait for; a Deferred, most likely.</summary>
public interface IPending
{
    /// <summary>Calls once it is over, well or badly; at once if it is already. On the loop's thread.</summary>
    void WhenDone(Action done);
}

/// <summary>When a trigger runs: Twisted's three phases of a system event.</summary>
public enum TriggerPhase
{
    /// <summary>First; what these return is waited for.</summary>
    Before,

    /// <summary>The event itself.</summary>
    During,

    /// <summary>Last.</summary>
    After,
}

/// <summary>A trigger that was added; what it is removed by.</summary>
public sealed class SystemTrigger
{
    internal SystemTrigger(TriggerPhase phase, string eventType, Func<IPending?> call) =>
        (Phase, EventType, Call) = (phase, eventType, call);

    /// <summary>When it runs.</summary>
    public TriggerPhase Phase { get; }

    /// <summary>The event: <c>startup</c>, <c>shutdown</c> or one of the program's own.</summary>
    public string EventType { get; }

    internal Func<IPending?> Call { get; }
}

/// <summary>Triggers around start-up, shutdown and the like: Twisted's base._ThreePhaseEvent.</summary>
public sealed class SystemEvents(Guard guard)
{
    private readonly List<SystemTrigger> _triggers = [];

    /// <summary>Twisted's addSystemEventTrigger. A "before" trigger may return what the event is to wait for.</summary>
    public SystemTrigger Add(TriggerPhase phase, string eventType, Func<IPending?> call)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        ArgumentNullException.ThrowIfNull(call);
        var trigger = new SystemTrigger(phase, eventType, call);
        _triggers.Add(trigger);
        return trigger;
    }

    /// <summary>The same for a trigger that nobody waits for.</summary>
    public SystemTrigger Add(TriggerPhase phase, string eventType, Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Add(phase, eventType, () =>
        {
            call();
            return null;
        });
    }

    /// <summary>Twisted's removeSystemEventTrigger.</summary>
    /// <exception cref="ArgumentException">It was removed before, or has run.</exception>
    public void Remove(SystemTrigger trigger)
    {
        if (!_triggers.Remove(trigger))
        {
            throw new ArgumentException("this trigger was removed already, or has run");
        }
    }

    /// <summary>Runs the event's triggers, each once, in the order they were added within each phase.</summary>
    /// <param name="eventType">The event.</param>
    /// <param name="done">Called after the last one; later than this returns if a "before" trigger is waited for.</param>
    public void Fire(string eventType, Action? done = null) => FireBefore(eventType, () => FireRest(eventType, done));

    /// <summary>Runs the "before" triggers alone.</summary>
    /// <param name="eventType">The event.</param>
    /// <param name="done">Called when they and all they wait for are over.</param>
    public void FireBefore(string eventType, Action done)
    {
        ArgumentNullException.ThrowIfNull(done);
        // One for ourselves, so that a wait that ends at once does not end the phase early.
        var waiting = 1;
        while (Take(TriggerPhase.Before, eventType) is { } trigger)
        {
            if (Call(trigger) is { } pending)
            {
                waiting++;
                var told = false;
                var failed = guard.Run(() => pending.WhenDone(Once), "a trigger's wait");
                if (failed is not null)
                {
                    Once();
                }

                void Once()
                {
                    if (!told)
                    {
                        told = true;
                        Arrived();
                    }
                }
            }
        }
        Arrived();

        void Arrived()
        {
            if (--waiting == 0)
            {
                done();
            }
        }
    }

    /// <summary>Runs the "during" and "after" triggers.</summary>
    public void FireRest(string eventType, Action? done = null)
    {
        // Taken one by one, as Twisted does: a trigger may add another, or remove one that has not run.
        foreach (var phase in (ReadOnlySpan<TriggerPhase>)[TriggerPhase.During, TriggerPhase.After])
        {
            while (Take(phase, eventType) is { } trigger)
            {
                Call(trigger);
            }
        }
        done?.Invoke();
    }

    private SystemTrigger? Take(TriggerPhase phase, string eventType)
    {
        var index = _triggers.FindIndex(trigger => trigger.Phase == phase && trigger.EventType == eventType);
        if (index < 0)
        {
            return null;
        }
        var found = _triggers[index];
        _triggers.RemoveAt(index);
        return found;
    }

    private IPending? Call(SystemTrigger trigger)
    {
        IPending? pending = null;
        guard.Run(() => { pending = trigger.Call(); }, "a system event trigger");
        return pending;
    }
}
