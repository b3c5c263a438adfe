using LuaReactor.Loop;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A C# error on its way to Lua: the name of its class there, and its message.</summary>
internal static class Reasons
{
    /// <summary>Pushes the two values from which <c>error.fromHost</c> makes the error object.</summary>
    public static void Push(nint L, Exception reason)
    {
        Values.PushText(L, (reason as ReactorException)?.Name ?? "RuntimeError");
        Values.PushText(L, reason.Message);
    }
}
