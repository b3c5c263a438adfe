using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A function of a script's and its arguments, held until it was called or dropped.</summary>
internal sealed class LuaCall
{
    private readonly ScriptHost _host;
    private readonly LuaRef _call;

    /// <summary>Takes the function at <paramref name="first"/> and all arguments after it.</summary>
    public LuaCall(ScriptHost host, in Call call, int first)
    {
        _host = host;
        var L = call.L;
        var count = call.Count - first + 1;
        LuaState.NeedSpace(L, 4);
        lua_createtable(L, count, 1);
        var table = lua_gettop(L);
        for (var i = 1; i <= count; i++)
        {
            lua_pushvalue(L, first + i - 1);
            lua_rawseti(L, table, i);
        }

        lua_pushinteger(L, count);
        Values.SetField(L, table, "n");
        _call = host.State.Hold(L);
    }

    /// <summary>Calls the function and lets it go.</summary>
    public void Run()
    {
        _host.Glue.Begin(_host.Glue.Invoke);
        _call.Push(_host.State.CallbackThread);
        _call.Release();
        _host.Glue.Call(1);
    }

    /// <summary>Calls the function as a trigger: true when it returned a Deferred, and <paramref name="done"/> will be called; the function is let go.</summary>
    public bool RunAsTrigger(Action done)
    {
        var L = _host.Glue.Begin(_host.Glue.Trigger);
        _call.Push(L);
        _call.Release();
        _host.State.Handles.Push(L, new Callback(done));
        _host.Glue.Call(2, 1);
        var waits = lua_toboolean(L, -1) != 0;
        lua_settop(L, -2);
        return waits;
    }

    /// <summary>Lets the function go uncalled.</summary>
    public void Drop() => _call.Release();
}
