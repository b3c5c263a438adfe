namespace LuaReactor.Framing;

/// <summary>Bytes in as they come, messages out whole. Each format adds how its next message is found.</summary>
/// <remarks>What is handed out is a view, good until the next call on the same object.</remarks>
public abstract class Framer : IDisposable
{
    private bool _busy;

    /// <summary>How many bytes wait.</summary>
    public int Length => Queue.Length;

    /// <summary>Whether somebody is taking messages just now, and so will see what is appended meanwhile.</summary>
    /// <remarks>Set to false it gives back memory that is not needed.</remarks>
    public bool Busy
    {
        get => _busy;
        set
        {
            _busy = value;
            if (!value)
            {
                Queue.Trim();
            }
        }
    }

    private protected ByteQueue Queue { get; } = new();

    /// <summary>Puts a copy of the bytes at the end.</summary>
    public virtual void Append(ReadOnlySpan<byte> data) => Queue.Append(data);

    /// <summary>Takes all that waits; the next byte begins a message.</summary>
    public void TakeAll(out ReadOnlySpan<byte> rest)
    {
        Restart();
        rest = Queue.Take(Queue.Length);
    }

    /// <summary>Drops what waits and gives the memory back.</summary>
    public void Dispose()
    {
        Restart();
        Queue.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Forgets what was found out about the bytes at the front.</summary>
    private protected virtual void Restart()
    {
    }
}
