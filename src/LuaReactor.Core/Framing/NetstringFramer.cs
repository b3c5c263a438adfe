namespace LuaReactor.Framing;

/// <summary>Bytes in, netstrings out: <c>5:hello,</c> (<see href="https://cr.yp.to/proto/netstrings.txt"/>).</summary>
/// <remarks>
/// A length is digits without a leading zero; one over the limit is refused at the digit that makes it so, before the colon.
/// Once broken it stays broken and keeps nothing: no byte tells where the next netstring begins.
/// </remarks>
public sealed class NetstringFramer : Framer
{
    // What the header read last announces; null when the next byte begins a header.
    private int? _announced;
    private bool _broken;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> data)
    {
        if (!_broken)
        {
            base.Append(data);
        }
    }

    /// <summary>Takes the next message, without its length and its comma.</summary>
    public FrameStatus Next(int maxLength, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_broken)
        {
            return FrameStatus.Broken;
        }

        if (_announced is not { } length)
        {
            var header = ReadHeader(maxLength, out length);
            if (header != FrameStatus.Message)
            {
                return header == FrameStatus.Broken ? Break() : header;
            }

            _announced = length;
        }

        if (Queue.Length <= length)
        {
            return FrameStatus.NeedMore;
        }

        if (Queue.Waiting[length] != (byte)',')
        {
            return Break();
        }

        _announced = null;
        message = Queue.Take(length + 1)[..length];
        return FrameStatus.Message;
    }

    private protected override void Restart() => _announced = null;

    private FrameStatus ReadHeader(int maxLength, out int length)
    {
        length = 0;
        var waiting = Queue.Waiting;
        for (var at = 0; at < waiting.Length; at++)
        {
            if (at > 0 && waiting[at] == (byte)':')
            {
                Queue.Take(at + 1);
                return FrameStatus.Message;
            }

            var digit = waiting[at] - '0';
            var afterLeadingZero = at == 1 && length == 0;
            if (digit is < 0 or > 9 || afterLeadingZero || 10L * length + digit > maxLength)
            {
                return FrameStatus.Broken;
            }

            length = 10 * length + digit;
        }

        return FrameStatus.NeedMore;
    }

    private FrameStatus Break()
    {
        _broken = true;
        Dispose();
        return FrameStatus.Broken;
    }
}
