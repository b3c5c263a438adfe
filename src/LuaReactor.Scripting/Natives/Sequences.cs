using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>A list of byte strings as an argument; all are looked at before any is used, so that a bad one leaves nothing half done.</summary>
internal static class Sequences
{
    public delegate void Use<in T>(T target, ReadOnlySpan<byte> bytes);

    public static void Check(in Call call, int i)
    {
        call.CheckTable(i);
        LuaState.NeedSpace(call.L, 2);
        var count = (long)lua_rawlen(call.L, i);
        for (long item = 1; item <= count; item++)
        {
            var type = lua_rawgeti(call.L, i, item);
            lua_settop(call.L, -2);
            if (type is not LuaType.String)
            {
                throw call.Bad(i, $"string expected at {item}, got {type.ToString().ToLowerInvariant()}");
            }
        }
    }

    public static void ForEach<T>(in Call call, int i, T target, Use<T> use)
    {
        var count = (long)lua_rawlen(call.L, i);
        for (long item = 1; item <= count; item++)
        {
            lua_rawgeti(call.L, i, item);
            use(target, Values.ToBytes(call.L, lua_gettop(call.L)));
            lua_settop(call.L, -2);
        }
    }
}
