using System.Text;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

/// <summary>A Lua state for one test, and the promise that nothing is left of it.</summary>
public abstract class InteropTest : IDisposable
{
    internal LuaState State { get; } = new();

    /// <summary>Makes a C# function a global of the script.</summary>
    internal void Give(string name, Native native)
    {
        var L = State.Main;
        Lua.lua_rawgeti(L, Lua.Registry, Lua.Globals);
        State.PushNative(L, name, native);
        Values.SetField(L, -2, name);
        Lua.lua_settop(L, -2);
    }

    /// <summary>Makes a handle a global of the script.</summary>
    internal void GiveHandle(string name, object value)
    {
        var L = State.Main;
        Lua.lua_rawgeti(L, Lua.Registry, Lua.Globals);
        State.Handles.Push(L, value);
        Values.SetField(L, -2, name);
        Lua.lua_settop(L, -2);
    }

    /// <summary>Runs the script on the main thread and returns what it returns, as text.</summary>
    internal string Run(string code)
    {
        State.Run(State.Main, Encoding.UTF8.GetBytes($"local r = (function() {code}\nend)() return tostring(r)"), "=script", 1);
        var result = Values.ToText(State.Main, -1);
        Lua.lua_settop(State.Main, -2);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Lua.lua_gettop(State.Main).ShouldBe(0);
        Lua.lua_gettop(State.CallbackThread).ShouldBe(0);
        State.HeldValues.ShouldBe(0);
        State.Dispose();
        State.Handles.Count.ShouldBe(0);
        GC.SuppressFinalize(this);
    }
}
