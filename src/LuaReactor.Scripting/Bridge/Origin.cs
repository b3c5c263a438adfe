using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Bridge;

/// <summary>The script's line that made something, for the report of what is left open; known only when the host was asked to note it.</summary>
/// <param name="Line"><c>file.lua:12</c>, or null.</param>
internal readonly record struct Origin(string? Line)
{
    private const int DeepestLook = 20;

    /// <summary>The innermost line of Lua that is not luareactor's own.</summary>
    public static Origin Of(nint L)
    {
        for (var level = 1; level <= DeepestLook && Frames.TryLine(L, level, out var source, out var line); level++)
        {
            if (line > 0 && !Natives.Modules.Has(source))
            {
                return new Origin($"{source}:{line}");
            }
        }

        return default;
    }
}
