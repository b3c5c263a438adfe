using BenchmarkDotNet.Attributes;
using LuaReactor.Loop;

namespace LuaReactor.Benchmarks;

/// <summary>A thousand calls at random delays within a second.</summary>
public class TimerQueueBenchmark
{
    private const int Calls = 1000;

    private readonly double[] _delays = new double[Calls];
    private readonly TimerQueue _timers;
    private double _now;
    private int _ran;

    /// <summary>The same delays each time.</summary>
    public TimerQueueBenchmark()
    {
        _timers = new TimerQueue(() => _now);
        var random = new Random(12345);
        foreach (ref var delay in _delays.AsSpan())
        {
            delay = random.NextDouble();
        }
    }

    /// <summary>A call that is scheduled and cancelled at once.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int ScheduleAndCancel()
    {
        foreach (var delay in _delays)
        {
            _timers.Add(delay, Ran).Cancel();
        }

        return _timers.Count;
    }

    /// <summary>A call that is scheduled and run, with all the others there.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int ScheduleAndFire()
    {
        foreach (var delay in _delays)
        {
            _timers.Add(delay, Ran);
        }

        _now++;
        _timers.RunDue();
        return _ran;
    }

    private void Ran() => _ran++;
}
