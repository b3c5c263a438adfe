namespace LuaReactor.Scripting.Bridge;

/// <summary>The script's line that made something, for the report of what is left open; known only when the host was asked to note it.</summary>
/// <param name="Line"><c>file.lua:12</c>, or null.</param>
internal readonly record struct Origin(string? Line);
