using System.Buffers.Binary;
using System.Text;

namespace LuaReactor.Cli.Prompt;

/// <summary>
/// One message between a manhole and who is attached: the length of the rest in four bytes, the highest first; a byte that
/// says what it is; text in UTF-8.
/// </summary>
/// <param name="Kind">
/// From the attached: <c>e</c> evaluate, <c>c</c> complete, <c>q</c> is this a whole chunk, <c>i</c> interrupt (no text).
/// From the manhole: <c>h</c> the program's version, first of all; <c>o</c> output; <c>x</c> output that tells of an error;
/// <c>f</c> the evaluation has ended, <c>1</c> well or <c>0</c> not; <c>C</c> completions, the length of what they replace and
/// then the candidates, a line each; <c>Q</c> a whole chunk <c>1</c> or not <c>0</c>.
/// </param>
/// <param name="Text">What goes with it.</param>
internal readonly record struct ManholeMessage(char Kind, string Text)
{
    private const int Header = 4;
    private const int Longest = 1 << 24;

    public static ManholeMessage YesOrNo(char kind, bool yes) => new(kind, yes ? "1" : "0");

    public bool IsYes => Text == "1";

    /// <summary>The next message; null at the end.</summary>
    /// <exception cref="InvalidDataException">The other side does not speak this.</exception>
    public static ManholeMessage? Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[Header];
        if (stream.ReadAtLeast(header, Header, throwOnEndOfStream: false) < Header)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(header);
        if (length is < 1 or > Longest)
        {
            throw new InvalidDataException($"a message of {length} bytes");
        }

        var rest = new byte[length];
        return stream.ReadAtLeast(rest, length, throwOnEndOfStream: false) < length
            ? null
            : new((char)rest[0], Encoding.UTF8.GetString(rest, 1, length - 1));
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Header + 1 + Encoding.UTF8.GetByteCount(Text)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - Header);
        bytes[Header] = (byte)Kind;
        Encoding.UTF8.GetBytes(Text, bytes.AsSpan(Header + 1));
        return bytes;
    }
}
