using LuaReactor.Loop;
using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A C# error on its way to Lua: the name of its class there, and its message.</summary>
internal static class Reasons
{
    /// <summary>The same for a connection's end; two nils stand for the usual one, a clean close.</summary>
    public static void PushEnd(nint L, Exception reason)
    {
        if (reason is not ConnectionDoneException)
        {
            Push(L, reason);
            return;
        }

        lua_pushnil(L);
        lua_pushnil(L);
    }

    /// <summary>Pushes the two values from which <c>error.fromHost</c> makes the error object.</summary>
    public static void Push(nint L, Exception reason)
    {
        Values.PushText(L, (reason as ReactorException)?.Name ?? "RuntimeError");
        Values.PushText(L, reason.Message);
    }
}
