using BenchmarkDotNet.Attributes;
using LuaReactor.Transports;

namespace LuaReactor.Benchmarks;

/// <summary>Bytes that are queued, and taken out as if they were sent.</summary>
public class OutputQueueBenchmark
{
    private const int Lines = 16;

    private readonly byte[] _line = new byte[64];
    private readonly byte[] _block = new byte[65536];
    private readonly OutputQueue _output = new();

    /// <summary>A line of 64 bytes that is sent at once.</summary>
    [Benchmark]
    public void Line()
    {
        _output.Append(_line);
        SendAll();
    }

    /// <summary>A line of 64 bytes that is sent with fifteen others.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public void LineOfSixteen()
    {
        for (var i = 0; i < Lines; i++)
        {
            _output.Append(_line);
        }

        SendAll();
    }

    /// <summary>64 KiB at once.</summary>
    [Benchmark]
    public void Block()
    {
        _output.Append(_block);
        SendAll();
    }

    private void SendAll()
    {
        while (_output.Length > 0)
        {
            _output.Sent(_output.First.Length);
        }
    }
}
