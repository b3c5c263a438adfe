using LuaReactor.Scripting.Interop;
using LuaReactor.Sockets;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A socket address on its way to Lua: the three values from which <c>glue.addressOf</c> makes its object.</summary>
internal static class Addresses
{
    /// <summary>Pushes the three, and says how many.</summary>
    public static int Push(nint L, in Address address)
    {
        Values.PushBytes(L, address.IsIPv6 ? "IPv6"u8 : "IPv4"u8);
        Values.PushText(L, address.Host);
        Lua.lua_pushinteger(L, address.Port);
        return 3;
    }

    /// <summary>Returns the address object from a native.</summary>
    public static int Return(in Call call, Glue glue, in Address address)
    {
        LuaState.NeedSpace(call.L, 6);
        glue.AddressOf.Push(call.L);
        return call.State.Call(call.L, Push(call.L, address), 1, explain: false) is LuaStatus.Ok ? 1 : throw call.State.PopError(call.L);
    }
}
