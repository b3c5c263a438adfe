using System.Buffers;

namespace LuaReactor.Framing;

/// <summary>Bytes in at the end, out at the front. It owns memory only while it holds bytes, so an idle connection costs none.</summary>
/// <remarks>
/// <see cref="Take"/> hands out a view, good until the next <see cref="Append"/>, <see cref="Trim"/> or <see cref="Dispose"/>.
/// That is why the last byte's leaving does not give the memory back by itself: <see cref="Trim"/> does, once the view has been read.
/// </remarks>
public sealed class ByteQueue : IDisposable
{
    // Nothing smaller is rented, and an array up to the second is not worth changing for a smaller one.
    private const int Smallest = 256;
    private const int Small = 4096;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>How many bytes wait.</summary>
    public int Length => _end - _start;

    /// <summary>How many bytes of memory are held for them.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>All that waits, first byte first.</summary>
    public ReadOnlySpan<byte> Waiting => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Puts a copy of the bytes at the end.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        if (data.Length > _buffer.Length - _end)
        {
            MakeRoom(data.Length);
        }

        data.CopyTo(_buffer.AsSpan(_end));
        _end += data.Length;
    }

    /// <summary>Takes that many bytes off the front.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        var taken = Waiting[..count];
        _start += count;
        return taken;
    }

    /// <summary>Gives back memory that is not needed: all of it when nothing waits, most of it when little does.</summary>
    public void Trim()
    {
        var length = Length;
        if (length == 0)
        {
            Dispose();
        }
        else if (_buffer.Length > Small && length <= _buffer.Length / 4)
        {
            Move(length);
        }
    }

    /// <summary>Drops what waits and gives the memory back. The queue can be used again.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        (_buffer, _start, _end) = ([], 0, 0);
        Return(buffer);
    }

    private void MakeRoom(int more)
    {
        var length = Length;
        var needed = checked(length + more);
        // Moving no more than what has left since keeps the cost per byte constant; else twice the room does.
        if (needed <= _buffer.Length && length <= _start)
        {
            Waiting.CopyTo(_buffer);
            (_start, _end) = (0, length);
        }
        else
        {
            Move(Math.Max(needed, (int)Math.Min(2L * length, Array.MaxLength)));
        }
    }

    private void Move(int capacity)
    {
        var (old, length) = (_buffer, Length);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, Smallest));
        Waiting.CopyTo(buffer);
        (_buffer, _start, _end) = (buffer, 0, length);
        Return(old);
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
