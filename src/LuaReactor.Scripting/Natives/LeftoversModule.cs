using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>What a test has left behind on the reactor.</summary>
internal sealed unsafe class LeftoversModule(ScriptHost host) : INativeModule
{
    public string Name => "luareactor.leftovers";

    public (string Name, Native Native)[] Functions => [("list", List), ("dispose", Dispose)];

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

    // leftovers.dispose(ids): ends those; without ids, all.
    private int Dispose(in Call call)
    {
        var ids = call.IsNoneOrNil(1) ? null : Ids(call);
        foreach (var leftover in host.Leftovers())
        {
            if (ids is null || ids.Contains(leftover.Id))
            {
                leftover.End();
            }
        }

        return call.Return();
    }

    private static HashSet<long> Ids(in Call call)
    {
        call.CheckTable(1);
        var ids = new HashSet<long>();
        for (long i = 1; i <= (long)lua_rawlen(call.L, 1); i++)
        {
            lua_rawgeti(call.L, 1, i);
            ids.Add(lua_tointegerx(call.L, -1, null));
            lua_settop(call.L, -2);
        }

        return ids;
    }
}
