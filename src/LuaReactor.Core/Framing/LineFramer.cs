namespace LuaReactor.Framing;

/// <summary>Bytes in, lines out, by the rules of Twisted's LineReceiver; no byte is searched twice.</summary>
public sealed class LineFramer : Framer
{
    private static readonly byte[] _crlf = "\r\n"u8.ToArray();

    // So many bytes at the front cannot begin the delimiter.
    private int _searched;
    private byte[] _delimiter = _crlf;
    private int _maxLength = 16384;

    /// <summary>What the lines are like from here on; at first they are LineReceiver's: CR LF, 16384 bytes.</summary>
    /// <param name="delimiter">What ends a line, at least one byte.</param>
    /// <param name="maxLength">The longest line allowed, in bytes, the delimiter not counted.</param>
    public void SetFormat(ReadOnlySpan<byte> delimiter, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfZero(delimiter.Length, nameof(delimiter));
        _maxLength = maxLength;
        if (!delimiter.SequenceEqual(_delimiter))
        {
            _delimiter = delimiter.ToArray();
            _searched = 0;
        }
    }

    /// <summary>Takes the next line, without its delimiter.</summary>
    /// <remarks>Broken: the line is longer than allowed, or can only become so; all that was buffered is handed out, delimiters and all.</remarks>
    public FrameStatus Next(out ReadOnlySpan<byte> line)
    {
        line = default;
        var waiting = Queue.Waiting;
        if (waiting.IsEmpty)
        {
            return FrameStatus.NeedMore;
        }

        var found = waiting[_searched..].IndexOf(_delimiter);
        if (found >= 0 && _searched + found <= _maxLength)
        {
            var length = _searched + found;
            _searched = 0;
            line = Queue.Take(length + _delimiter.Length)[..length];
            return FrameStatus.Message;
        }

        if (found >= 0 || waiting.Length >= (long)_maxLength + _delimiter.Length)
        {
            TakeAll(out line);
            return FrameStatus.Broken;
        }

        // The last bytes may be the beginning of a delimiter whose rest is still to come.
        _searched = Math.Max(_searched, waiting.Length - _delimiter.Length + 1);
        return FrameStatus.NeedMore;
    }

    /// <summary>Appends the bytes, then takes the next line. One that they begin with is not copied: the view is then one of <paramref name="data"/>.</summary>
    /// <inheritdoc cref="Next(out ReadOnlySpan{byte})" path="/remarks"/>
    public FrameStatus Next(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> line)
    {
        var found = Length == 0 ? data.IndexOf(_delimiter) : -1;
        if (found >= 0 && found <= _maxLength)
        {
            Append(data[(found + _delimiter.Length)..]);
            line = data[..found];
            return FrameStatus.Message;
        }

        Append(data);
        return Next(out line);
    }

    private protected override void Restart() => _searched = 0;
}
