namespace LuaReactor.Scripting;

/// <summary>Something a script has made and not ended.</summary>
/// <param name="kind">"timer", "port", "connection", "connector" or "stdio".</param>
/// <param name="what">Which one, in words.</param>
/// <param name="where">The script's line that made it, <c>file.lua:12</c>, if it was noted.</param>
/// <param name="subject">The thing itself.</param>
/// <param name="end">Ends it.</param>
public sealed class Leftover(string kind, string what, string? where, object subject, Action end)
{
    /// <summary>"timer", "port", "connection", "connector" or "stdio".</summary>
    public string Kind { get; } = kind;

    /// <summary>Which one, in words.</summary>
    public string What { get; } = what;

    /// <summary>The script's line that made it, <c>file.lua:12</c>, if it was noted.</summary>
    public string? Where { get; } = where;

    /// <summary>The same for the same thing each time.</summary>
    public long Id { get; } = System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(subject);

    /// <summary>Ends it.</summary>
    public void End() => end();
}
