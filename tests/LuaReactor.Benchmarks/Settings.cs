using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace LuaReactor.Benchmarks;

/// <summary>BenchmarkDotNet's defaults, but in this process, and with what is allocated. How long it measures is the command line's <c>--job</c>.</summary>
public sealed class Settings : ManualConfig
{
    /// <summary>Adds to the defaults.</summary>
    public Settings()
    {
        Add(DefaultConfig.Instance);
        AddDiagnoser(MemoryDiagnoser.Default);
        // A project generated elsewhere would be built without ours. Set-up and benchmark run on one thread, as a Lua state demands.
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator());
    }
}
