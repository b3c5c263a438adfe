using System.Buffers;

namespace LuaReactor.Transports;

/// <summary>Bytes that wait to be sent: small writes join into one piece, a large one is a piece of its own, so what is held is what was written.</summary>
internal sealed class OutputQueue
{
    private const int SmallestPiece = 4096;
    private const int LargestPiece = 65536;

    private Piece? _first;
    private Piece? _last;
    private Piece? _spare;

    /// <summary>Bytes held.</summary>
    public long Length { get; private set; }

    /// <summary>The next bytes to send; empty only when nothing is held.</summary>
    public ReadOnlySpan<byte> First => _first is { } first ? first.Bytes.AsSpan(first.Start, first.End - first.Start) : default;

    public void Append(ReadOnlySpan<byte> data)
    {
        Length += data.Length;
        if (_last is { } last)
        {
            var room = Math.Min(last.Bytes.Length - last.End, data.Length);
            data[..room].CopyTo(last.Bytes.AsSpan(last.End));
            last.End += room;
            data = data[room..];
        }

        if (data.IsEmpty)
        {
            return;
        }

        var piece = NewPiece(data.Length);
        data.CopyTo(piece.Bytes);
        piece.End = data.Length;
        _last = _last is null ? _first = piece : _last.Next = piece;
    }

    /// <summary>Forgets the first <paramref name="count"/> bytes of <see cref="First"/>: they are sent.</summary>
    public void Sent(int count)
    {
        var first = _first!;
        Length -= count;
        first.Start += count;
        if (first.Start == first.End)
        {
            _first = first.Next;
            _last = _first is null ? null : _last;
            Free(first);
        }
    }

    /// <summary>Forgets all that is held.</summary>
    public void Clear()
    {
        for (var piece = _first; piece is not null;)
        {
            var next = piece.Next;
            Free(piece);
            piece = next;
        }

        (_first, _last, Length) = (null, null, 0);
    }

    // The pool rounds up to a power of two: a 100 MiB write would hold 128.
    private Piece NewPiece(int length)
    {
        if (_spare is { } spare && length <= SmallestPiece && _last is null)
        {
            _spare = null;
            return spare;
        }

        return length > LargestPiece
            ? new Piece(GC.AllocateUninitializedArray<byte>(length), pooled: false)
            : new Piece(ArrayPool<byte>.Shared.Rent(_last is null ? Math.Max(length, SmallestPiece) : LargestPiece), pooled: true);
    }

    // Most replies are small and sent at once: one small piece is kept for the next.
    private void Free(Piece piece)
    {
        if (_spare is null && piece.Bytes.Length == SmallestPiece)
        {
            (piece.Start, piece.End, piece.Next) = (0, 0, null);
            _spare = piece;
        }
        else if (piece.Pooled)
        {
            ArrayPool<byte>.Shared.Return(piece.Bytes);
        }
    }

    private sealed class Piece(byte[] bytes, bool pooled)
    {
        public readonly byte[] Bytes = bytes;
        public readonly bool Pooled = pooled;
        public int Start;
        public int End;
        public Piece? Next;
    }
}
