namespace LuaReactor.Loop;

/// <summary>Calls from other threads, run in order on the loop's: Twisted's callFromThread.</summary>
/// <param name="wake">Ends the poll; called once however many calls follow before it has run them.</param>
public sealed class PostedCalls(Action wake)
{
    private readonly Lock _lock = new();
    private List<Action> _waiting = [];
    private List<Action> _spare = [];

    /// <summary>Whether any wait. Exact for the thread that runs them, since only that one takes them away.</summary>
    public bool Any => Volatile.Read(ref _waiting).Count > 0;

    /// <summary>Adds a call. From any thread.</summary>
    /// <param name="call">What to run.</param>
    /// <param name="quietly">True on the loop's own thread, which looks before it polls and need not be woken.</param>
    public void Add(Action call, bool quietly = false)
    {
        ArgumentNullException.ThrowIfNull(call);
        bool first;
        lock (_lock)
        {
            first = _waiting.Count == 0;
            _waiting.Add(call);
        }
        if (first && !quietly)
        {
            wake();
        }
    }

    /// <summary>Runs those that wait now; one posted meanwhile waits for the next turn.</summary>
    public void Run(Guard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        if (!Any)
        {
            return;
        }
        List<Action> calls;
        lock (_lock)
        {
            calls = _waiting;
            (_waiting, _spare) = (_spare, []);
        }
        foreach (var call in calls)
        {
            guard.Run(call, "a posted call");
        }
        calls.Clear();
        // Not sooner: a call may run the loop itself, and would get the list we are walking.
        _spare = calls;
    }
}
