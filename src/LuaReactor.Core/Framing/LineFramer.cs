namespace LuaReactor.Framing;

/// <summary>Bytes in, lines out, by the rules of Twisted's LineReceiver; no byte is searched twice.</summary>
public sealed class LineFramer : Framer
{
    // So many bytes at the front cannot begin this delimiter.
    private int _searched;
    private byte[] _searchedFor = [];

    /// <summary>Takes the next line, without its delimiter.</summary>
    /// <remarks>
    /// Broken: the line is longer than allowed, or can only become so; all that was buffered is handed out, delimiters and all.
    /// The delimiter and the limit may differ from call to call.
    /// </remarks>
    public FrameStatus Next(ReadOnlySpan<byte> delimiter, int maxLength, out ReadOnlySpan<byte> line)
    {
        ArgumentOutOfRangeException.ThrowIfZero(delimiter.Length, nameof(delimiter));
        line = default;
        var waiting = Queue.Waiting;
        if (waiting.IsEmpty)
        {
            return FrameStatus.NeedMore;
        }

        var from = _searched > 0 && delimiter.SequenceEqual(_searchedFor) ? _searched : 0;
        var found = waiting[from..].IndexOf(delimiter);
        if (found >= 0 && from + found <= maxLength)
        {
            _searched = 0;
            line = Queue.Take(from + found + delimiter.Length)[..^delimiter.Length];
            return FrameStatus.Message;
        }

        if (found >= 0 || waiting.Length >= (long)maxLength + delimiter.Length)
        {
            TakeAll(out line);
            return FrameStatus.Broken;
        }

        // The last bytes may be the beginning of a delimiter whose rest is still to come.
        _searched = Math.Max(from, waiting.Length - delimiter.Length + 1);
        if (!delimiter.SequenceEqual(_searchedFor))
        {
            _searchedFor = delimiter.ToArray();
        }

        return FrameStatus.NeedMore;
    }

    private protected override void Restart() => _searched = 0;
}
