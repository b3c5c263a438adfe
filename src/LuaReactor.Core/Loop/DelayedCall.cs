namespace LuaReactor.Loop;

/// <summary>A call that is due later: Twisted's base.DelayedCall. A host that keeps more with a call than an <see cref="Action"/> derives from it.</summary>
public abstract class DelayedCall
{
    private TimerQueue? _queue;
    private Stage _stage;

    /// <summary>Whether it is still to come; false inside the call itself.</summary>
    public bool Active => _stage is Stage.Waiting or Stage.Due;

    /// <summary>When it is due, or was, in seconds of the reactor's clock.</summary>
    public double Time { get; private set; }

    /// <summary>Twisted's name for <see cref="Time"/>.</summary>
    public double GetTime() => Time;

    /// <summary>Its place among calls due at the same time: in the order they were asked for, or moved there.</summary>
    internal long Order { get; private set; }

    /// <summary>The order under which its entry stands in the queue; other entries of this call are leftovers.</summary>
    internal long EntryOrder { get; set; }

    /// <summary>Calls it off.</summary>
    /// <exception cref="AlreadyCalledException">It has run.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled before.</exception>
    public void Cancel()
    {
        var queue = Demand();
        if (_stage is Stage.Waiting)
        {
            queue.Dropped();
        }
        _stage = Stage.Cancelled;
        Cancelled();
    }

    /// <summary>Makes it due so many seconds from now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number of seconds, 0 or more.</exception>
    /// <exception cref="AlreadyCalledException">It has run.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled before.</exception>
    public void Reset(double secondsFromNow)
    {
        var queue = Demand();
        TimerQueue.DemandDelay("reset", secondsFromNow);
        Move(queue, queue.Seconds + secondsFromNow);
    }

    /// <summary>Makes it due so many seconds later than it was; fewer than 0 make it earlier, as in Twisted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number of seconds.</exception>
    /// <exception cref="AlreadyCalledException">It has run.</exception>
    /// <exception cref="AlreadyCancelledException">It was cancelled before.</exception>
    public void Delay(double secondsLater)
    {
        var queue = Demand();
        if (!double.IsFinite(secondsLater))
        {
            throw TimerQueue.Refusal("delay", secondsLater, "a finite number of seconds");
        }
        Move(queue, Time + secondsLater);
    }

    /// <summary>It will run very soon, and others before it: what it needs can be fetched from memory meanwhile.</summary>
    protected internal virtual void Prepare()
    {
    }

    /// <summary>What is to be done when it is due. It is over by then, and so can ask for itself no more.</summary>
    protected internal abstract void Run();

    /// <summary>It will not run: what it held can be let go.</summary>
    protected virtual void Cancelled()
    {
    }

    internal void Start(TimerQueue queue, double time)
    {
        if (_queue is not null)
        {
            throw new InvalidOperationException("A delayed call is asked for once.");
        }
        (_queue, _stage, Time, Order) = (queue, Stage.Waiting, time, queue.NextOrder());
    }

    /// <summary>It is out of the queue, to be run at once.</summary>
    internal void MakeDue() => _stage = Stage.Due;

    /// <summary>Whether it is still to run as it was when <see cref="MakeDue"/> said so, with that order.</summary>
    internal bool IsDue(long order) => _stage is Stage.Due && Order == order;

    /// <summary>Takes the call out, so that it is over before it begins; false if it is not due any more.</summary>
    internal bool Take(long order)
    {
        if (!IsDue(order))
        {
            return false;
        }
        _stage = Stage.Called;
        return true;
    }

    private void Move(TimerQueue queue, double time)
    {
        var isInQueue = _stage is Stage.Waiting;
        var isLater = time >= Time;
        (Time, Order, _stage) = (time, queue.NextOrder(), Stage.Waiting);
        queue.Moved(this, isInQueue, isLater);
    }

    private TimerQueue Demand() => _stage switch
    {
        Stage.Waiting or Stage.Due => _queue!,
        Stage.Called => throw new AlreadyCalledException(),
        Stage.Cancelled => throw new AlreadyCancelledException(),
        _ => throw new InvalidOperationException("The delayed call was not asked for yet."),
    };

    private enum Stage : byte
    {
        Made,
        Waiting,
        Due,
        Called,
        Cancelled,
    }
}

/// <summary>A delayed call of an action.</summary>
internal sealed class DelayedAction(Action action) : DelayedCall
{
    private Action? _action = action;

    protected internal override void Run()
    {
        var action = _action!;
        _action = null;
        action();
    }

    protected override void Cancelled() => _action = null;
}
