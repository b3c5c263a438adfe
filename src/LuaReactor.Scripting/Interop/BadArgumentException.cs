namespace LuaReactor.Scripting.Interop;

/// <summary>A script gave a native what it cannot take; raised at the script's line, worded as Lua words it.</summary>
internal sealed class BadArgumentException(string message) : Exception(message);
