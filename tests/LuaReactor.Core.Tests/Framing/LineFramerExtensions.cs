using LuaReactor.Framing;

namespace LuaReactor.Tests.Framing;

/// <summary>The format beside each step, where the reader of a test looks for it.</summary>
internal static class LineFramerExtensions
{
    public static FrameStatus Next(this LineFramer framer, ReadOnlySpan<byte> delimiter, int maxLength, out ReadOnlySpan<byte> line)
    {
        framer.SetFormat(delimiter, maxLength);
        return framer.Next(out line);
    }
}
