using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>What a test has left behind on the reactor.</summary>
internal sealed class LeftoversModule(ScriptHost host) : INativeModule
{
    public string Name => "luareactor.leftovers";

    public IEnumerable<(string Name, Native Native)> Functions => [("list", List), ("dispose", Dispose)];

    // leftovers.list() → { { kind =, what =, where =, id = }, … }; the same thing has the same id each time.
    private int List(in Call call)
    {
        var L = call.L;
        LuaState.NeedSpace(L, 5);
        lua_createtable(L, 0, 0);
        var table = lua_gettop(L);
        var count = 0;
        foreach (var leftover in host.Leftovers())
        {
            lua_createtable(L, 0, 4);
            Values.PushText(L, leftover.Kind);
            Values.SetField(L, table + 1, "kind");
            Values.PushText(L, leftover.What);
            Values.SetField(L, table + 1, "what");
            lua_pushinteger(L, leftover.Id);
            Values.SetField(L, table + 1, "id");
            if (leftover.Where is { } where)
            {
                Values.PushText(L, where);
                Values.SetField(L, table + 1, "where");
            }

            lua_rawseti(L, table, ++count);
        }

        return 1;
    }

    private int Dispose(in Call call)
    {
        foreach (var leftover in host.Leftovers())
        {
            leftover.End();
        }

        return call.Return();
    }
}
