namespace LuaReactor.Loop;

/// <summary>A call that is due later: Twisted's base.DelayedCall.</summary>
public sealed class DelayedCall
{
    private readonly TimerQueue _queue;
    private object? _call;
    private bool _called;

    internal DelayedCall(TimerQueue queue, double time, long order, object call)
    {
        (_queue, _call) = (queue, call);
        (Time, Order, EntryOrder) = (time, order, order);
    }

    /// <summary>Whatever the host wants to keep with the call.</summary>
    public object? Tag { get; set; }

    /// <summary>Whether it is still to come; false inside the call itself.</summary>
    public bool Active => _call is not null;

    /// <summary>When it is due, in seconds of the reactor's clock.</summary>
    public double Time { get; private set; }

    /// <summary>Twisted's name for <see cref="Time"/>.</summary>
    public double GetTime() => Time;

    /// <summary>Its place among calls due at the same time: in the order they were asked for, or moved there.</summary>
    internal long Order { get; private set; }

    /// <summary>The order under which its entry stands in the queue; other entries of this call are leftovers.</summary>
    internal long EntryOrder { get; set; }

    /// <summary>The time under which its entry stands, which is never later than <see cref="Time"/>.</summary>
    internal double EntryTime { get; set; }

    /// <summary>Calls it off.</summary>
    /// <exception cref="AlreadyCalledException">It has run.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled before.</exception>
    public void Cancel()
    {
        Demand();
        _call = null;
        _queue.Dropped();
    }

    /// <summary>Makes it due so many seconds from now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number of seconds, 0 or more.</exception>
    /// <exception cref="AlreadyCalledException">It has run.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled before.</exception>
    public void Reset(double secondsFromNow)
    {
        Demand();
        TimerQueue.DemandDelay("reset", secondsFromNow);
        Move(_queue.Seconds + secondsFromNow);
    }

    /// <summary>Makes it due so many seconds later than it was; fewer than 0 make it earlier, as in Twisted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number of seconds.</exception>
    /// <exception cref="AlreadyCalledException">It has run.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled before.</exception>
    public void Delay(double secondsLater)
    {
        Demand();
        if (!double.IsFinite(secondsLater))
        {
            throw TimerQueue.Refusal("delay", secondsLater, "a finite number of seconds");
        }
        Move(Time + secondsLater);
    }

    /// <summary>Takes the call out, so that it is over before it begins, and what it held is let go.</summary>
    internal object? Take()
    {
        var call = _call;
        (_call, _called) = (null, true);
        return call;
    }

    internal void Run(object call)
    {
        if (call is Action plain)
        {
            plain();
        }
        else
        {
            ((Action<DelayedCall>)call)(this);
        }
    }

    private void Move(double time)
    {
        (Time, Order) = (time, _queue.NextOrder());
        _queue.Moved(this);
    }

    private void Demand()
    {
        if (_call is null)
        {
            throw _called ? new AlreadyCalledException() : new AlreadyCancelledException();
        }
    }
}
