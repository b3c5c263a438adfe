using BenchmarkDotNet.Attributes;
using LuaReactor.Framing;

namespace LuaReactor.Benchmarks;

/// <summary>Bytes in, lines out.</summary>
public class LineFramerBenchmark : IDisposable
{
    private const int ReadLength = 4096, LineLength = 32;

    private readonly byte[] _read = [.. Enumerable.Repeat("a line of 30 bytes, then CR LF\r\n"u8.ToArray(), ReadLength / LineLength).SelectMany(line => line)];
    private readonly LineFramer _framer = new();

    /// <summary>One line of a read of 4 KiB that is full of them.</summary>
    [Benchmark(OperationsPerInvoke = ReadLength / LineLength)]
    public int Line()
    {
        var length = 0;
        _framer.Busy = true;
        _framer.Append(_read);
        while (_framer.Next(out var line) is FrameStatus.Message)
        {
            length += line.Length;
        }

        _framer.Busy = false;
        return length;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _framer.Dispose();
        GC.SuppressFinalize(this);
    }
}
