using System.Collections.Concurrent;

namespace LuaReactor.Transports;

/// <summary>
/// Standard input and output, each with a thread that may block. No descriptor is made non-blocking: those of a terminal are
/// shared with the shell (twisted ticket 3442), and epoll takes no plain files.
/// </summary>
internal sealed class StandardStreams : IDisposable
{
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly BlockingCollection<byte[]> _toWrite = [];
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Called on the reading thread with what came in; empty at the end of input.</summary>
    public required Action<byte[]> Received { get; init; }

    /// <summary>Called on the writing thread with how many bytes were written, or with what went wrong.</summary>
    public required Action<int, IOException?> Written { get; init; }

    public void Start()
    {
        new Thread(ReadOn) { IsBackground = true, Name = "standard input" }.Start();
        new Thread(WriteOn) { IsBackground = true, Name = "standard output" }.Start();
    }

    /// <summary>Reads once more: <see cref="Received"/> will be called once.</summary>
    public void WantMore() => _wanted.Release();

    public void Write(byte[] data) => _toWrite.Add(data);

    public void Dispose()
    {
        _closed.Cancel();
        _toWrite.CompleteAdding();
    }

    private static Stream OpenInput() => OperatingSystem.IsLinux() ? new StandardDescriptor(0) : Console.OpenStandardInput();

    private static Stream OpenOutput() => OperatingSystem.IsLinux() ? new StandardDescriptor(1) : Console.OpenStandardOutput();

    private void ReadOn()
    {
        var buffer = new byte[Network.LargestRead];
        try
        {
            using var input = OpenInput();
            var count = 1;
            while (count > 0)
            {
                _wanted.Wait(_closed.Token);
                count = input.Read(buffer);
                Received(buffer[..count]);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Received([]); // closed by whoever started us: there is no more to come
        }
    }

    private void WriteOn()
    {
        try
        {
            using var output = OpenOutput();
            foreach (var data in _toWrite.GetConsumingEnumerable())
            {
                output.Write(data);
                output.Flush();
                Written(data.Length, null);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Written(0, error as IOException ?? new IOException(error.Message, error));
        }
    }
}
