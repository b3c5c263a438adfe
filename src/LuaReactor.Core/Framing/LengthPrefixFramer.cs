using System.Buffers.Binary;

namespace LuaReactor.Framing;

/// <summary>Bytes in, messages out that each come behind their length: 1, 2 or 4 bytes, big endian.</summary>
/// <param name="prefixLength">How many bytes a length takes: 1, 2 or 4.</param>
public sealed class LengthPrefixFramer(int prefixLength) : Framer
{
    private readonly int _prefixLength = prefixLength is 1 or 2 or 4
        ? prefixLength
        : throw new ArgumentOutOfRangeException(nameof(prefixLength), prefixLength, "A length takes 1, 2 or 4 bytes.");

    /// <summary>The length that last made <see cref="Next"/> say Broken.</summary>
    public long Refused { get; private set; }

    /// <summary>Takes the next message, without its length.</summary>
    /// <remarks>Broken: the length that comes next is over the limit, see <see cref="Refused"/>. It and all behind it stay buffered.</remarks>
    public FrameStatus Next(int maxLength, out ReadOnlySpan<byte> message)
    {
        message = default;
        var waiting = Queue.Waiting;
        if (waiting.Length < _prefixLength)
        {
            return FrameStatus.NeedMore;
        }

        long length = _prefixLength switch
        {
            1 => waiting[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(waiting),
            _ => BinaryPrimitives.ReadUInt32BigEndian(waiting),
        };
        if (length > maxLength)
        {
            Refused = length;
            return FrameStatus.Broken;
        }

        if (waiting.Length - _prefixLength < length)
        {
            return FrameStatus.NeedMore;
        }

        message = Queue.Take(_prefixLength + (int)length)[_prefixLength..];
        return FrameStatus.Message;
    }
}
