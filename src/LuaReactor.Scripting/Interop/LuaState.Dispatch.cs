using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>Calls from Lua: where they arrive, and how what they throw is raised without a jump over managed frames.</summary>
internal sealed unsafe partial class LuaState
{
    // Where error() points for a native: 1 is __close, 2 the native, 3 its caller; 0 adds no position.
    private const int Unchanged = 0, AtCaller = 3, AtCallersCaller = 4;

    /// <summary>Where every call from Lua arrives. No exception leaves it: that would end the process.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Dispatch(nint L)
    {
        try
        {
            var state = Of(L);
            var index = (int)lua_tointegerx(L, Upvalue(1), null);
            // A script can change the number with debug.setupvalue; the array's bounds and nulls are checked.
            ref readonly var called = ref state._natives[index];
            var shifted = called.OfModule && lua_type(L, 1) is LuaType.Table && lua_rawequal(L, 1, Upvalue(2)) != 0;
            if (shifted)
            {
                lua_rotate(L, 1, -1);
                lua_settop(L, -2);
            }

            return called.Native(new Call(state, L, index, shifted));
        }
        catch (Exception error)
        {
            return Raise(L, error);
        }
    }

    /// <summary>
    /// Has Lua raise the exception once the native has returned, over no managed frame: a value marked to be closed is left on
    /// the native's stack, and it is the value's <c>__close</c>, written in Lua, that raises.
    /// </summary>
    /// <remarks>
    /// Each raise has a box of its own: with a shared one, natives called by a script's hook while the box is open would
    /// change what it holds. Nothing may come between <see cref="lua_toclose"/> and the return.
    /// </remarks>
    private static int Raise(nint L, Exception error)
    {
        var state = Of(L);
        var index = (ulong)lua_tointegerx(L, Upvalue(1), null);
        var level = index < (ulong)state._natives.Length ? state._natives[index].Level : AtCaller;
        // The native's values are of no more use; with them gone there is room for sure, a native starts with 20 slots.
        lua_settop(L, 0);
        _ = lua_checkstack(L, 8);
        level = state.PushError(L, error, level);
        lua_createtable(L, 2, 0);
        lua_rotate(L, -2, 1);
        lua_rawseti(L, 1, 1);
        lua_pushinteger(L, level);
        lua_rawseti(L, 1, 2);
        lua_rawgeti(L, Registry, state._boxMetatable);
        _ = lua_setmetatable(L, 1);
        lua_toclose(L, 1);
        return 0;
    }

    /// <summary>
    /// Pushes what the exception is to Lua, onto an empty stack, and tells the level at which to raise it:
    /// the one given, unless it has to be raised as it is.
    /// </summary>
    private int PushError(nint L, Exception error, int level)
    {
        try
        {
            switch (error)
            {
                case LuaError { Value.IsHeld: true } held:
                    held.Value.Push(L);
                    held.Value.Release();
                    return Unchanged;
                case BadArgumentException:
                    Values.PushText(L, error.Message);
                    return level;
            }

            if (ErrorPusher is { } push && push(L, error))
            {
                return level;
            }

            lua_settop(L, 0);
            switch (error)
            {
                case LuaException:
                    Values.PushText(L, error.Message);
                    return Unchanged;
                case ScriptException or InvalidOperationException:
                    Values.PushText(L, error.Message);
                    return level;
                default:
                    Values.PushText(L, $"internal error: {error}");
                    return level;
            }
        }
        catch (Exception another)
        {
            // An exception that cannot even be told of; its type's name can.
            lua_settop(L, 0);
            Values.PushText(L, $"internal error: {error.GetType()}, and while telling of it: {another.GetType()}");
            return level;
        }
    }
}
