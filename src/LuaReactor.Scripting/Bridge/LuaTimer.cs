using LuaReactor.Loop;
using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A call that a script has asked for later. Its handle is kept until it is over, and has the function and its arguments.</summary>
internal sealed class LuaTimer(ScriptHost host, int arguments, Origin origin) : DelayedCall
{
    /// <summary>How a timer ends, as its handle tells it.</summary>
    public const byte WasCalled = 1, WasCancelled = 2;

    private int _handle;

    public Origin Origin => origin;

    /// <summary>Starts the timer and pushes the handle scripts know it by; the function and its arguments are the values from <paramref name="first"/>.</summary>
    public void Start(nint L, double seconds, int first)
    {
        _handle = host.State.Handles.PushKept(L, this, arguments + 1);
        for (var value = 1; value <= arguments + 1; value++)
        {
            lua_pushvalue(L, first + value - 1);
            _ = lua_setiuservalue(L, -2, value);
        }

        host.Reactor.CallLater(seconds, this);
    }

    /// <summary>Pushes the handle scripts know this timer by; false, and nothing is pushed, when one has tampered with it.</summary>
    public bool TryPush(nint L) => host.State.Handles.TryPushKept(L, _handle);

    protected override void Prepare() => host.State.Handles.FetchKept(_handle);

    protected override void Run()
    {
        var L = host.Glue.Begin(room: arguments + 5);
        if (!host.State.Handles.TryEnd(L, _handle, WasCalled, Time))
        {
            lua_settop(L, -2);
            throw new InvalidOperationException("a DelayedCall was taken out of Lua's registry");
        }

        var handle = lua_gettop(L);
        for (var value = 2; value <= arguments + 1; value++)
        {
            lua_getiuservalue(L, handle, value);
        }

        // The function comes into the place of the handle, below its arguments.
        lua_getiuservalue(L, handle, 1);
        lua_copy(L, -1, handle);
        lua_settop(L, -2);
        host.Glue.Call(arguments);
    }

    protected override void Cancelled() => host.State.Handles.End(_handle, WasCancelled, Time, values: arguments + 1);
}
