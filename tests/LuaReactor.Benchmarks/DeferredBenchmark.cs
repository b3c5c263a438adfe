using BenchmarkDotNet.Attributes;
using LuaReactor.Scripting;

namespace LuaReactor.Benchmarks;

/// <summary>Deferreds, a hundred a call: few enough that each one's line is noted, as those of a server are.</summary>
public class DeferredBenchmark : IDisposable
{
    private const int Times = 100;

    private Reactor _reactor = null!;
    private ScriptHost _host = null!;

    /// <summary>A Lua state belongs to the thread that made it: this one.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _reactor = new Reactor();
        _host = new ScriptHost(_reactor, new ScriptHostOptions { IgnoreEnvironment = true });
        _host.Run("""
            local defer = require("twisted.internet.defer")

            local function increment(value)
              return value + 1
            end

            local waiting = defer.inlineCallbacks(function(d)
              return defer.await(d) + 1
            end)

            function chain()
              for _ = 1, 100 do
                local d = defer.Deferred()
                for _ = 1, 10 do
                  d:addCallback(increment)
                end
                d:callback(0)
              end
            end

            function wait()
              for _ = 1, 100 do
                local d = defer.Deferred()
                waiting(d)
                d:callback(1)
              end
            end
            """, "=benchmark");
    }

    /// <summary>A Deferred that fires through ten callbacks.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public Task<object?> ChainOfTen() => _host.CallAsync("chain");

    /// <summary>An inlineCallbacks function that waits for one Deferred, which fires later.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public Task<object?> InlineWait() => _host.CallAsync("wait");

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _host.Dispose();
        _reactor.Dispose();
        GC.SuppressFinalize(this);
    }
}
