namespace LuaReactor.Scripting;

/// <summary>A script failed: what it said, and the calls that led there.</summary>
public sealed class ScriptErrorException(string message, string traceback) : Exception(message)
{
    /// <summary>Lua's traceback; empty when there is none, as for text that does not compile.</summary>
    public string Traceback { get; } = traceback;
}
