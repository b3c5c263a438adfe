using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>A function for Lua: reads its arguments, pushes its results, returns how many. To fail, it throws.</summary>
internal delegate int Native(in Call call);

/// <summary>
/// One Lua state: its life, the C# functions it can call (here), and the calls into it (LuaState.Calls.cs).
/// It belongs to one thread.
/// </summary>
internal sealed unsafe partial class LuaState : IDisposable
{
    private readonly Dictionary<(string Name, Native Native, bool OfModule), int> _indices = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly nint _idle;
    private readonly int _boxMetatable;
    private readonly int _explain;
    private GCHandle<LuaState> _self;
    private Registered[] _natives = new Registered[64];

    /// <summary>Makes a state with Lua's standard libraries.</summary>
    public LuaState()
    {
        Main = luaL_newstate();
        if (Main == 0)
        {
            throw new InvalidOperationException("There is not enough memory for a Lua state.");
        }

        _self = new GCHandle<LuaState>(this);
        // LUA_EXTRASPACE, the word before the state, is ours; Lua copies it into each new coroutine.
        ((nint*)Main)[-1] = GCHandle<LuaState>.ToIntPtr(_self);
        luaL_openlibs(Main);
        CallbackThread = NewThread();
        _idle = NewThread();

        if (LoadBuffer(Main, Prelude.Code, "=border") is not LuaStatus.Ok || lua_pcallk(Main, 0, 3, 0, 0, 0) is not LuaStatus.Ok)
        {
            throw new InvalidOperationException(Values.ToText(Main, -1));
        }

        Handles = new Handles(this, luaL_ref(Main, Registry));
        _explain = luaL_ref(Main, Registry);
        _boxMetatable = luaL_ref(Main, Registry);
    }

    /// <summary>Lua's main thread: the one a script's main chunk runs on.</summary>
    public nint Main { get; }

    /// <summary>
    /// The thread on which the loop calls back into Lua. A native that calls Lua while it runs does so on its own
    /// <see cref="Call.L"/>.
    /// </summary>
    public nint CallbackThread { get; }

    /// <summary>The C# objects Lua holds.</summary>
    public Handles Handles { get; }

    /// <summary>How many Lua values C# holds.</summary>
    public int HeldValues { get; private set; }

    /// <summary>Memory in use by Lua, in bytes.</summary>
    public long MemoryInUse => (lua_gc(Main, CountKibibytes) * 1024L) + lua_gc(Main, CountBytes);

    /// <summary>
    /// Pushes the host's own error object for an exception and says so, or pushes nothing and says no;
    /// then the exception's message is raised.
    /// </summary>
    public Func<nint, Exception, bool>? ErrorPusher { get; set; }

    /// <summary>The names of all natives, each at its index, for those who want to try them all.</summary>
    public IEnumerable<(string Name, int Index)> Natives => _indices.Select(entry => (entry.Key.Name, entry.Value));

    /// <summary>The state a native was called from.</summary>
    public static LuaState Of(nint L) => GCHandle<LuaState>.FromIntPtr(((nint*)L)[-1]).Target;

    /// <summary>
    /// Pushes the native as a Lua function. Its name stands in error messages. With <paramref name="module"/>, the index of a
    /// table, the function can be called as <c>module.f(x)</c> and as <c>module:f(x)</c> alike.
    /// </summary>
    /// <remarks>Natives stay until the state is closed: what varies from object to object belongs into a handle, not into a closure.</remarks>
    public void PushNative(nint L, string name, Native native, int module = 0)
    {
        NeedSpace(L, 3);
        var key = (name, native, module != 0);
        if (!_indices.TryGetValue(key, out var index))
        {
            index = _indices.Count;
            if (index == _natives.Length)
            {
                Array.Resize(ref _natives, index * 2);
            }

            _natives[index] = new(native, name, module != 0);
            _indices.Add(key, index);
        }

        module = lua_absindex(L, module);
        lua_pushinteger(L, index);
        if (_natives[index].OfModule)
        {
            lua_pushvalue(L, module);
        }

        lua_pushcclosure(L, &Dispatch, _natives[index].OfModule ? 2 : 1);
    }

    /// <summary>Pushes the native with that index, for those who want to try them all.</summary>
    internal void PushNative(nint L, int index) => PushNative(L, _natives[index].Name, _natives[index].Native);

    /// <summary>Pops the value on top and holds it.</summary>
    public LuaRef Hold(nint L)
    {
        NeedSpace(L, 2);
        HeldValues++;
        return new LuaRef(this, luaL_ref(L, Registry));
    }

    /// <summary>Makes room for so many more values on the stack.</summary>
    public static void NeedSpace(nint L, int slots)
    {
        if (lua_checkstack(L, slots) == 0)
        {
            throw new ScriptException("stack overflow");
        }
    }

    /// <summary>Collects all of Lua's garbage.</summary>
    public void CollectGarbage() => _ = lua_gc(_idle, Collect);

    /// <summary>Closes the state; Lua's finalizers run.</summary>
    /// <exception cref="InvalidOperationException">Lua is running: there is nothing it could return to.</exception>
    public void Dispose()
    {
        if (_depth > 0)
        {
            throw new InvalidOperationException("A Lua state cannot be closed from inside a call.");
        }

        if (_self.IsAllocated)
        {
            CheckThread();
            lua_close(Main);
            _self.Dispose();
        }
    }

    internal void Forget(int reference)
    {
        HeldValues--;
        if (_self.IsAllocated)
        {
            CheckThread();
            // On a thread that never runs anything there is always room.
            luaL_unref(_idle, Registry, reference);
        }
    }

    /// <summary>The name a native was pushed under.</summary>
    internal string NameOf(int native) => _natives[native].Name;

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
        // The native's values are of no more use; with them gone there is room for sure, a native starts with 20 slots.
        lua_settop(L, 0);
        _ = lua_checkstack(L, 8);
        var level = state.PushError(L, error);
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
    /// Pushes what the exception is to Lua, onto an empty stack, and tells the level at which to raise it: 3 is the native's
    /// caller (1 is <c>__close</c>, 2 the native), 0 adds no position.
    /// </summary>
    private int PushError(nint L, Exception error)
    {
        const int Unchanged = 0, AtCaller = 3;
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
                    return AtCaller;
            }

            if (ErrorPusher is { } push && push(L, error))
            {
                return AtCaller;
            }

            lua_settop(L, 0);
            switch (error)
            {
                case LuaException:
                    Values.PushText(L, error.Message);
                    return Unchanged;
                case ScriptException or InvalidOperationException:
                    Values.PushText(L, error.Message);
                    return AtCaller;
                default:
                    Values.PushText(L, $"internal error: {error}");
                    return AtCaller;
            }
        }
        catch (Exception another)
        {
            // An exception that cannot even be told of; its type's name can.
            lua_settop(L, 0);
            Values.PushText(L, $"internal error: {error.GetType()}, and while telling of it: {another.GetType()}");
            return AtCaller;
        }
    }

    private nint NewThread()
    {
        var thread = lua_newthread(Main);
        _ = luaL_ref(Main, Registry);
        return thread;
    }

    [Conditional("DEBUG")]
    private void CheckThread() => Debug.Assert(_thread == Environment.CurrentManagedThreadId, "A Lua state belongs to the thread that made it.");

    private readonly record struct Registered(Native Native, string Name, bool OfModule);
}
