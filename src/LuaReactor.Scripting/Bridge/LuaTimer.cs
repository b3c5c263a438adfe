using LuaReactor.Loop;
using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A call that a script has asked for later. Its handle is held until then, and holds the function and its arguments.</summary>
internal sealed class LuaTimer(ScriptHost host, int arguments, Origin origin)
{
    private LuaRef? _handle;

    public DelayedCall Call { get; private set; } = null!;

    public Origin Origin => origin;

    /// <summary>Starts the timer; its handle is on top of the stack, and stays there.</summary>
    public void Start(nint L, double seconds)
    {
        Call = host.Reactor.CallLater(seconds, static call => ((LuaTimer)call.Tag!).Run(), this);
        lua_pushvalue(L, -1);
        _handle = host.State.Hold(L);
    }

    public void Cancel()
    {
        Call.Cancel();
        Release();
    }

    /// <summary>Pushes the handle scripts know this timer by.</summary>
    public void Push(nint L) => _handle!.Push(L);

    private void Run()
    {
        var L = host.Glue.Begin(_handle!);
        LuaState.NeedSpace(L, arguments + 1);
        var handle = lua_gettop(L);
        for (var value = 1; value <= arguments + 1; value++)
        {
            lua_getiuservalue(L, handle, value);
        }

        // The handle goes from under what it held.
        lua_rotate(L, handle, -1);
        lua_settop(L, -2);
        Release();
        host.Glue.Call(arguments);
    }

    private void Release()
    {
        _handle!.Release();
        _handle = null;
    }
}
