using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LuaReactor.Loop;

/// <summary>Something that gathers output during a turn and sends it at its end.</summary>
public interface IFlushable
{
    /// <summary>Sends what was gathered.</summary>
    void Flush();
}

/// <summary>The loop: one thread, and one <see cref="Turn"/> after another.</summary>
/// <remarks>All but <see cref="Post"/> and <see cref="Wake"/> is for the thread that runs the turns.</remarks>
public sealed class EventLoop : IReadyCalls, IDisposable
{
    // Of so many callbacks the output leaves together: the processor is better at many sends at once, and so is a peer
    // on the same machine, who is woken once. More would only keep the first waiting.
    private const int MostUnflushed = 32;

    private readonly TimeProvider _time;
    private readonly double _secondsPerTick;
    private readonly long _began;
    private readonly PostedCalls _posted;
    private readonly Queue<IFlushable> _unflushed = new();
    private volatile bool _hurried;
    private int _thread;

    /// <summary>A loop on a poller, which it disposes of in the end.</summary>
    /// <param name="poller">See <see cref="Pollers.Create"/>.</param>
    /// <param name="time">Where time comes from; only its monotonic timestamps are used, never the wall clock.</param>
    /// <param name="log">Where unhandled errors go.</param>
    public EventLoop(IPoller poller, TimeProvider? time = null, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(poller);
        Poller = poller;
        _time = time ?? TimeProvider.System;
        _secondsPerTick = 1.0 / _time.TimestampFrequency;
        _began = _time.GetTimestamp();
        _posted = new PostedCalls(poller.Wake);
        Guard = new Guard(log ?? NullLogger.Instance);
        Timers = new TimerQueue(() => Seconds);
        SystemEvents = new SystemEvents(Guard);
        Context = new LoopSynchronizationContext(this);
    }

    /// <summary>Called, outside of any callback, before a poll that may sleep: the time for chores, such as writing out what was printed.</summary>
    public event Action? BeforeBlocking;

    /// <summary>What waits for the descriptors.</summary>
    public IPoller Poller { get; }

    /// <summary>The timed calls.</summary>
    public TimerQueue Timers { get; }

    /// <summary>The triggers of start-up and shutdown.</summary>
    public SystemEvents SystemEvents { get; }

    /// <summary>What foreign code is called through.</summary>
    public Guard Guard { get; }

    /// <summary>Brings continuations to this loop; current during each turn.</summary>
    public SynchronizationContext Context { get; }

    /// <summary>Seconds since the loop was made, monotonic.</summary>
    public double Seconds => (_time.GetTimestamp() - _began) * _secondsPerTick;

    /// <summary>Whether the caller is on the thread that ran the last turn.</summary>
    public bool IsOnThread => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Twisted's callLater.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is not a finite number of seconds, 0 or more.</exception>
    public DelayedCall CallLater(double delay, Action call) => Timers.Add(delay, call);

    /// <summary>Runs a call in a later turn, on the loop's thread: Twisted's callFromThread. From any thread.</summary>
    public void Post(Action call) => _posted.Add(call, quietly: IsOnThread);

    /// <summary>
    /// Flushes this when no callback runs: before the loop polls, at the end of the turn or, when many ask, earlier. Once for each time asked.
    /// </summary>
    public void FlushAtEndOfTurn(IFlushable output) => _unflushed.Enqueue(output);

    /// <summary>Ends the poll under way, or keeps the next one from sleeping. From any thread.</summary>
    public void Wake()
    {
        _hurried = true;
        if (!IsOnThread)
        {
            Poller.Wake();
        }
    }

    /// <summary>One turn: what was posted, timers due, the poll, what is ready, and out with what was written.</summary>
    /// <param name="longest">How long the poll may sleep at most, in seconds; 0 for Twisted's <c>iterate(0)</c>.</param>
    public void Turn(double longest = double.PositiveInfinity)
    {
        using var inside = new Inside(this);
        _posted.Run(Guard);
        Timers.RunDue(Guard);
        // What the timers wrote must not wait for a poll that may sleep.
        Flush();
        Poller.Wait(Patience(longest), this);
        Flush();
    }

    /// <summary>Runs a call between turns as it would run in one: what follows an await in it comes back to the loop.</summary>
    public void Between(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        using var inside = new Inside(this);
        call();
    }

    /// <summary>Runs what was posted and nothing else: there will be no more turns.</summary>
    public void RunPosted() => Between(() => _posted.Run(Guard));

    /// <summary>Calls what a descriptor is ready for: reading first, and writing only if reading has not changed things.</summary>
    public void Ready(Descriptor descriptor, Readiness readiness)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var generation = descriptor.Generation;
        if ((readiness & descriptor.Watched & Readiness.Readable) != 0)
        {
            Call(descriptor, static ready => ready.ReadReady(), "a descriptor's reading");
        }
        if ((readiness & descriptor.Watched & Readiness.Writable) != 0 && descriptor.Generation == generation)
        {
            Call(descriptor, static ready => ready.WriteReady(), "a descriptor's writing");
        }
        if (_unflushed.Count >= MostUnflushed)
        {
            Flush();
        }
    }

    /// <summary>Closes the poller. The descriptors it watched belong to others.</summary>
    public void Dispose() => Poller.Dispose();

    private void Call(Descriptor descriptor, Action<Descriptor> call, string what)
    {
        if (Guard.Run(descriptor, call, what) is not { } error)
        {
            return;
        }
        // Still watched it would be ready, and fail, for ever.
        Poller.Watch(descriptor, Readiness.None);
        Guard.Run((descriptor, error), static lost => lost.descriptor.Failed(lost.error), "a descriptor's failing");
    }

    // Only those that ask now: one that fills up again as it is emptied must not keep the loop from turning.
    private void Flush()
    {
        for (var count = _unflushed.Count; count > 0 && _unflushed.TryDequeue(out var output); count--)
        {
            if (output is Descriptor descriptor)
            {
                Call(descriptor, static full => ((IFlushable)full).Flush(), "a descriptor's flushing");
            }
            else
            {
                Guard.Run(output, static full => full.Flush(), "a flush");
            }
        }
    }

    // How long the poll may sleep, in milliseconds; -1 is for ever.
    private int Patience(double longest)
    {
        var patience = UntilNext(longest);
        if (patience != 0 && BeforeBlocking is { } chores)
        {
            Guard.Run(chores, "the chores before a poll");
            Flush();
            patience = UntilNext(longest);
        }
        _hurried = false;
        return patience;
    }

    private int UntilNext(double longest)
    {
        if (_hurried || _posted.Any || _unflushed.Count > 0)
        {
            return 0;
        }
        // Rounded up, so that no timer finds itself a fraction too early and the loop does not spin until it is due.
        var wait = Math.Ceiling(Math.Min(longest, Timers.Next - Seconds) * 1000);
        return wait switch
        {
            <= 0 => 0,
            double.PositiveInfinity => -1,
            >= int.MaxValue => int.MaxValue,
            _ => (int)wait,
        };
    }

    // The caller's thread is the loop's while this lives.
    private readonly ref struct Inside
    {
        private readonly SynchronizationContext? _outside = SynchronizationContext.Current;

        public Inside(EventLoop loop)
        {
            SynchronizationContext.SetSynchronizationContext(loop.Context);
            loop._thread = Environment.CurrentManagedThreadId;
        }

        public void Dispose() => SynchronizationContext.SetSynchronizationContext(_outside);
    }
}
