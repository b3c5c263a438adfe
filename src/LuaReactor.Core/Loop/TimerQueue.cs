using System.Globalization;

namespace LuaReactor.Loop;

/// <summary>Calls due later, soonest first; equal times run in the order they were asked for.</summary>
/// <param name="seconds">The clock, in seconds; it never goes back.</param>
public sealed class TimerQueue(Func<double> seconds)
{
    // Below this many leftovers, clearing them away costs more than they do.
    private const int FewDead = 64;

    // So many due calls are taken out before the first of them runs: what they need comes from memory for all at once.
    private const int LargestBatch = 32;

    // Cancelling and moving to later leave the entry where it is; moving to earlier adds one. A leftover is known by its order.
    private readonly TimerHeap _calls = new();

    // Out of the queue and about to run, from the one to be run next on. One that was cancelled or moved since is known by its order too.
    private readonly TimerEntry[] _due = new TimerEntry[LargestBatch];
    private int _nextDue;
    private int _endOfDue;
    private long _order;
    private int _dead;

    /// <summary>How many calls are still to come.</summary>
    public int Count => GetDelayedCalls().Count;

    /// <summary>The clock now, in seconds.</summary>
    public double Seconds => seconds();

    /// <summary>When the next call is due, in seconds of the clock; infinite when there is none.</summary>
    public double Next
    {
        get
        {
            for (var i = _nextDue; i < _endOfDue; i++)
            {
                if (_due[i].Call.IsDue(_due[i].Order))
                {
                    return _due[i].Time;
                }
            }
            return Settle() ? _calls.First.Time : double.PositiveInfinity;
        }
    }

    /// <summary>Twisted's callLater.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is not a finite number of seconds, 0 or more.</exception>
    public DelayedCall Add(double delay, Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var delayed = new DelayedAction(call);
        Add(delay, delayed);
        return delayed;
    }

    /// <summary>The same for a call of the host's own kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is not a finite number of seconds, 0 or more.</exception>
    /// <exception cref="InvalidOperationException">The call was asked for before.</exception>
    public void Add(double delay, DelayedCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        DemandDelay("callLater", delay);
        call.Start(this, seconds() + delay);
        Enter(call);
    }

    /// <summary>The calls still to come, in no order: Twisted's getDelayedCalls.</summary>
    public IReadOnlyList<DelayedCall> GetDelayedCalls()
    {
        var calls = new List<DelayedCall>();
        for (var i = _nextDue; i < _endOfDue; i++)
        {
            if (_due[i].Call.IsDue(_due[i].Order))
            {
                calls.Add(_due[i].Call);
            }
        }
        for (var i = 0; i < _calls.Count; i++)
        {
            if (_calls[i].IsAlive)
            {
                calls.Add(_calls[i].Call);
            }
        }
        return calls;
    }

    /// <summary>Runs what is due. What a call throws ends up with the guard, or, without one, with the caller.</summary>
    public void RunDue(Guard? guard = null)
    {
        if (_calls.Count == 0 && _nextDue == _endOfDue)
        {
            return;
        }
        // A call made while we run waits for the next turn, so timers cannot starve sockets.
        var (now, made) = (seconds(), _order);
        while (_nextDue < _endOfDue || Gather(now, made))
        {
            var next = _due[_nextDue].Call;
            var isDue = next.Take(_due[_nextDue].Order);
            _due[_nextDue++] = default;
            if (!isDue)
            {
                continue;
            }
            if (guard is null)
            {
                next.Run();
            }
            else
            {
                guard.Run(next, static due => due.Run(), "a timed call");
            }
        }
    }

    /// <summary>How many entries are kept, leftovers and all.</summary>
    internal int Entries => _calls.Count;

    internal static void DemandDelay(string what, double delay)
    {
        if (!(delay >= 0 && double.IsFinite(delay)))
        {
            throw Refusal(what, delay, "a finite number of seconds, 0 or more");
        }
    }

    // The message is the whole of it: a script's author knows of no parameter names.
    internal static ArgumentOutOfRangeException Refusal(string what, double delay, string wanted) =>
        new(null, string.Create(CultureInfo.InvariantCulture, $"{what}: {delay} is not a delay: it must be {wanted}"));

    internal long NextOrder() => _order++;

    internal void Dropped()
    {
        _dead++;
        if (_dead > FewDead && _dead > _calls.Count / 2)
        {
            _calls.Compact();
            _dead = 0;
        }
    }

    internal void Moved(DelayedCall call, bool isInQueue, bool isLater)
    {
        if (isInQueue && isLater)
        {
            // The entry is put right when it comes to the top.
            return;
        }
        Enter(call);
        if (isInQueue)
        {
            Dropped();
        }
    }

    // Takes the next calls out that are due, when none is left of those before; false when there are none.
    private bool Gather(double now, long made)
    {
        (_nextDue, _endOfDue) = (0, 0);
        while (_endOfDue < LargestBatch && Settle() && _calls.First.Time <= now && _calls.First.Order < made)
        {
            _due[_endOfDue++] = _calls.First;
            _calls.First.Call.MakeDue();
            _calls.RemoveFirst();
        }
        for (var i = 0; i < _endOfDue && _endOfDue > 1; i++)
        {
            _due[i].Call.Prepare();
        }
        return _endOfDue > 0;
    }

    private void Enter(DelayedCall call)
    {
        call.EntryOrder = call.Order;
        _calls.Add(new(call.Time, call.Order, call));
    }

    // Brings an entry that is alive and at its right place to the top; false when there is none.
    private bool Settle()
    {
        while (_calls.Count > 0)
        {
            var entry = _calls.First;
            if (!entry.IsAlive)
            {
                _calls.RemoveFirst();
                _dead--;
            }
            else if (entry.Call.Order != entry.Order)
            {
                _calls.RemoveFirst();
                Enter(entry.Call);
            }
            else
            {
                return true;
            }
        }
        return false;
    }
}
