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
    private readonly PriorityQueue<DelayedCall, Place> _calls = new();
    private readonly List<(DelayedCall, Place)> _alive = [];

    // Out of the queue and about to run. One that was cancelled or moved since is known by its order too.
    private readonly Queue<(DelayedCall Call, long Order)> _due = new();
    private long _order;
    private int _dead;

    /// <summary>How many calls are still to come.</summary>
    public int Count => _calls.Count - _dead + Due().Count();

    /// <summary>The clock now, in seconds.</summary>
    public double Seconds => seconds();

    /// <summary>When the next call is due, in seconds of the clock; infinite when there is none.</summary>
    public double Next
    {
        get
        {
            // Asked for in each turn, and nearly always there are none: no iterator then.
            if (_due.Count > 0 && Due().FirstOrDefault() is { } due)
            {
                return due.Time;
            }
            return Settle() ? _calls.Peek().Time : double.PositiveInfinity;
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
    public IReadOnlyList<DelayedCall> GetDelayedCalls() =>
        [.. Due(), .. _calls.UnorderedItems.Where(entry => IsAlive(entry.Element, entry.Priority)).Select(entry => entry.Element)];

    /// <summary>Runs what is due. What a call throws ends up with the guard, or, without one, with the caller.</summary>
    public void RunDue(Guard? guard = null)
    {
        if (_calls.Count == 0 && _due.Count == 0)
        {
            return;
        }
        // A call made while we run waits for the next turn, so timers cannot starve sockets.
        var (now, made) = (seconds(), _order);
        while (_due.Count > 0 || Gather(now, made))
        {
            var (next, order) = _due.Dequeue();
            if (!next.Take(order))
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
            Compact();
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

    private static bool IsAlive(DelayedCall call, Place entry) =>
        call.Active && call.EntryOrder == entry.Order;

    private IEnumerable<DelayedCall> Due() => _due.Where(due => due.Call.IsDue(due.Order)).Select(due => due.Call);

    // Takes the next calls out that are due; false when there are none.
    private bool Gather(double now, long made)
    {
        while (_due.Count < LargestBatch && Settle() && _calls.Peek() is var next && next.Time <= now && next.Order < made)
        {
            _calls.Dequeue();
            next.MakeDue();
            _due.Enqueue((next, next.Order));
        }
        if (_due.Count > 1)
        {
            foreach (var (call, _) in _due)
            {
                call.Prepare();
            }
        }
        return _due.Count > 0;
    }

    private void Enter(DelayedCall call)
    {
        call.EntryOrder = call.Order;
        _calls.Enqueue(call, new(call.Time, call.Order));
    }

    // Brings an entry that is alive and at its right place to the top; false when there is none.
    private bool Settle()
    {
        while (_calls.TryPeek(out var call, out var entry))
        {
            if (!IsAlive(call, entry))
            {
                _calls.Dequeue();
                _dead--;
            }
            else if (call.Order != entry.Order)
            {
                _calls.Dequeue();
                Enter(call);
            }
            else
            {
                return true;
            }
        }
        return false;
    }

    private void Compact()
    {
        foreach (var (call, entry) in _calls.UnorderedItems)
        {
            if (IsAlive(call, entry))
            {
                _alive.Add((call, entry));
            }
        }
        _calls.Clear();
        _calls.EnqueueRange(_alive);
        _alive.Clear();
        _dead = 0;
    }

    // A tuple would do, but compares by way of each part's comparer, and most of a queue's work is comparing.
    private readonly record struct Place(double Time, long Order) : IComparable<Place>
    {
        public int CompareTo(Place other) =>
            Time < other.Time ? -1 : Time > other.Time ? 1 : Order.CompareTo(other.Order);
    }
}
