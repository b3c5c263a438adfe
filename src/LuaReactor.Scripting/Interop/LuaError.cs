namespace LuaReactor.Scripting.Interop;

/// <summary>A Lua value on its way through C# as an error: a native that throws it raises that very value, unchanged.</summary>
/// <remarks>Whoever catches it instead releases <see cref="Value"/>.</remarks>
internal sealed class LuaError(LuaRef value) : Exception("a Lua error value")
{
    /// <summary>The value; released once it has been raised.</summary>
    public LuaRef Value { get; } = value;
}
