namespace LuaReactor.Loop;

/// <summary>A place in the order of time: of two calls due at the same time the one asked for first comes first.</summary>
internal readonly struct TimerEntry(double time, long order, DelayedCall call)
{
    public readonly double Time = time;
    public readonly long Order = order;
    public readonly DelayedCall Call = call;

    /// <summary>Whether the call still stands here; an entry that was left behind is known by its order.</summary>
    public bool IsAlive => Call.Active && Call.EntryOrder == Order;

    public bool IsBefore(in TimerEntry other) => Time < other.Time || (Time == other.Time && Order < other.Order);
}

/// <summary>A heap in which each entry has four below it.</summary>
/// <remarks>
/// The framework's PriorityQueue is one too. Of an entry type of ours it is compiled when the program starts, even in a
/// program published with its code: 10 ms before the first timer.
/// </remarks>
internal sealed class TimerHeap
{
    private const int Below = 4;

    private TimerEntry[] _entries = new TimerEntry[16];

    public int Count { get; private set; }

    /// <summary>The soonest; only when there is one.</summary>
    public ref readonly TimerEntry First => ref _entries[0];

    /// <summary>The entry with that number below <see cref="Count"/>, in no order.</summary>
    public ref readonly TimerEntry this[int i] => ref _entries[i];

    public void Add(in TimerEntry entry)
    {
        if (Count == _entries.Length)
        {
            var more = new TimerEntry[Count * 2];
            Array.Copy(_entries, more, Count);
            _entries = more;
        }
        var place = Count++;
        while (place > 0 && (place - 1) / Below is var above && entry.IsBefore(_entries[above]))
        {
            _entries[place] = _entries[above];
            place = above;
        }
        _entries[place] = entry;
    }

    public void RemoveFirst()
    {
        var last = _entries[--Count];
        _entries[Count] = default;
        if (Count > 0)
        {
            Sink(0, last);
        }
    }

    /// <summary>Takes out the entries that are not alive.</summary>
    public void Compact()
    {
        var alive = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_entries[i].IsAlive)
            {
                _entries[alive++] = _entries[i];
            }
        }
        Array.Clear(_entries, alive, Count - alive);
        Count = alive;
        for (var place = (Count - 2) / Below; place >= 0 && Count > 1; place--)
        {
            Sink(place, _entries[place]);
        }
    }

    // Puts the entry into that place, or, while a sooner one is below, further down.
    private void Sink(int place, TimerEntry entry)
    {
        var entries = _entries;
        for (var first = (place * Below) + 1; first < Count; first = (place * Below) + 1)
        {
            var soonest = first;
            var end = Math.Min(first + Below, Count);
            for (var i = first + 1; i < end; i++)
            {
                if (entries[i].IsBefore(entries[soonest]))
                {
                    soonest = i;
                }
            }
            if (!entries[soonest].IsBefore(entry))
            {
                break;
            }
            entries[place] = entries[soonest];
            place = soonest;
        }
        entries[place] = entry;
    }
}
