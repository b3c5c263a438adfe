namespace LuaReactor.Scripting.Interop;

/// <summary>An error meant for the script: raised as its message, at the script's line.</summary>
internal sealed class ScriptException(string message) : Exception(message);
