using System.Text;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>Looks at the calls under way on a Lua thread.</summary>
internal static unsafe class Frames
{
    /// <summary>Fills in source and line of the call at a level; 0 is the native itself. False when there is no such level.</summary>
    public static bool TryRead(nint L, int level, Activation* activation)
    {
        if (lua_getstack(L, level, activation) == 0)
        {
            return false;
        }

        fixed (byte* what = "Sl"u8)
        {
            _ = lua_getinfo(L, what, activation);
        }

        return true;
    }

    /// <summary>The file and line a call is at; level 0 is the native itself. False when there is no such level.</summary>
    /// <param name="L">The thread.</param>
    /// <param name="level">How far out.</param>
    /// <param name="file">The file, when the chunk came from one; else empty.</param>
    /// <param name="line">The line; -1 in a function that is not Lua's.</param>
    public static bool TryLine(nint L, int level, out string file, out int line)
    {
        (file, line) = ("", -1);
        Activation activation;
        if (!TryRead(L, level, &activation))
        {
            return false;
        }

        var source = new ReadOnlySpan<byte>(activation.Source, (int)activation.SourceLength);
        file = source.StartsWith("@"u8) ? Encoding.UTF8.GetString(source[1..]) : "";
        line = activation.CurrentLine;
        return true;
    }
}
