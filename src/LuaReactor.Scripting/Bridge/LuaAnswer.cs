using LuaReactor.Scripting.Interop;
using LuaReactor.Sockets;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's function that waits for the answer of a look-up: it gets the address as text, or nil.</summary>
internal sealed class LuaAnswer(ScriptHost host, LuaRef function)
{
    public void Run(Address? found)
    {
        var L = host.Glue.Begin(function);
        function.Release();
        if (found is { } address)
        {
            Values.PushText(L, address.Host);
        }
        else
        {
            lua_pushnil(L);
        }

        host.Glue.Call(1);
    }
}
