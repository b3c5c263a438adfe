namespace LuaReactor.Scripting.Interop;

/// <summary>Lua failed and a C# caller wants to know: what was said, and the calls that led there.</summary>
internal sealed class LuaException(string message, string traceback, LuaStatus status) : Exception(message)
{
    private const string Heading = "\nstack traceback:\n";

    /// <summary>Lua's traceback, empty when there is none (a chunk that does not compile has none).</summary>
    public string Traceback { get; } = traceback;

    /// <summary>How the call or the load ended.</summary>
    public LuaStatus Status { get; } = status;

    /// <summary>Splits what <c>debug.traceback</c> joined.</summary>
    public static LuaException From(string text, LuaStatus status)
    {
        var at = text.IndexOf(Heading, StringComparison.Ordinal);
        return at < 0 ? new(text, "", status) : new(text[..at], text[(at + 1)..], status);
    }
}
