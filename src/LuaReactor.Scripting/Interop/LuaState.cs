using System.Diagnostics;
using System.Runtime.InteropServices;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>A function for Lua: reads its arguments, pushes its results, returns how many. To fail, it throws.</summary>
internal delegate int Native(in Call call);

/// <summary>
/// One Lua state: its life, the C# functions it can call (here), how they are called and how they fail
/// (LuaState.Dispatch.cs), and the calls into it (LuaState.Calls.cs).
/// It belongs to one thread.
/// </summary>
internal sealed unsafe partial class LuaState : IDisposable
{
    // By name, the latest of the natives that have it; a dictionary of what is registered would be compiled at the start.
    private readonly Dictionary<string, int> _latest = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly int _boxMetatable;
    private readonly int _explain;
    private GCHandle<LuaState> _self;
    private Registered[] _natives = new Registered[512];
    private int _count;

    /// <summary>Makes a state with Lua's standard libraries.</summary>
    /// <param name="ignoreEnvironment">Whether LUA_PATH and LUA_CPATH are passed over, as by <c>lua -E</c>.</param>
    /// <param name="watchCoroutines">Whether coroutines can be interrupted, at some cost to each allocation; see <see cref="Interop.Interrupt"/>.</param>
    public LuaState(bool ignoreEnvironment = false, bool watchCoroutines = true)
    {
        Main = luaL_newstate();
        if (Main == 0)
        {
            throw new InvalidOperationException("There is not enough memory for a Lua state.");
        }

        Interrupt = new Interrupt(Main, watchCoroutines);
        _self = new GCHandle<LuaState>(this);
        // LUA_EXTRASPACE, the word before the state, is ours; Lua copies it into each new coroutine.
        ((nint*)Main)[-1] = GCHandle<LuaState>.ToIntPtr(_self);
        if (ignoreEnvironment)
        {
            // What lua.c tells the package library.
            lua_pushboolean(Main, 1);
            Values.SetField(Main, Registry, "LUA_NOENV");
        }

        luaL_openlibs(Main);
        CallbackThread = NewThread();
        Interrupt.Add(CallbackThread);
        IdleThread = NewThread();

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

    /// <summary>A thread on which nothing ever runs, and so with room on its stack; it is left as empty as it was.</summary>
    public nint IdleThread { get; }

    /// <summary>Stops Lua code that does not return.</summary>
    public Interrupt Interrupt { get; }

    /// <summary>The C# objects Lua holds.</summary>
    public Handles Handles { get; }

    /// <summary>Whether the state is gone: nothing can be called or pushed any more.</summary>
    public bool IsClosed => !_self.IsAllocated;

    /// <summary>How many Lua values C# holds.</summary>
    public int HeldValues { get; private set; }

    /// <summary>
    /// Pushes the host's own error object for an exception and says so, or pushes nothing and says no;
    /// then the exception's message is raised.
    /// </summary>
    public Func<nint, Exception, bool>? ErrorPusher { get; set; }

    /// <summary>The names of all natives, each at its index, for those who want to try them all.</summary>
    public IEnumerable<(string Name, int Index)> Natives => _natives.Take(_count).Select((native, index) => (native.Name, index));

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
        var index = IndexOf(native, name, module != 0, AtCaller);
        if (module == 0)
        {
            PushNative(L, index);
            return;
        }

        module = lua_absindex(L, module);
        lua_pushinteger(L, index);
        lua_pushvalue(L, module);
        lua_pushcclosure(L, &Dispatch, 2);
    }

    /// <summary>Pushes a native that Lua code of ours calls for the script: its errors name the line of that code's caller.</summary>
    internal void PushInnerNative(nint L, string name, Native native)
    {
        NeedSpace(L, 2);
        PushNative(L, IndexOf(native, name, false, AtCallersCaller));
    }

    /// <summary>Pushes the native with that index, for those who want to try them all.</summary>
    internal static void PushNative(nint L, int index)
    {
        lua_pushinteger(L, index);
        lua_pushcclosure(L, &Dispatch, 1);
    }

    /// <summary>Pops the value on top and holds it.</summary>
    public LuaRef Hold(nint L) => new(this, L);

    /// <summary>Makes room for so many more values on the stack.</summary>
    public static void NeedSpace(nint L, int slots)
    {
        if (lua_checkstack(L, slots) == 0)
        {
            throw new ScriptException("stack overflow");
        }
    }

    /// <summary>Collects all of Lua's garbage.</summary>
    public void CollectGarbage() => _ = lua_gc(IdleThread, Collect);

    /// <summary>Closes the state; Lua's finalizers run.</summary>
    /// <exception cref="InvalidOperationException">Lua is running: there is nothing it could return to.</exception>
    public void Dispose()
    {
        if (_depth > 0)
        {
            throw new InvalidOperationException("A Lua state cannot be closed from inside a call.");
        }

        if (!IsClosed)
        {
            CheckThread();
            lua_close(Main);
            Interrupt.Dispose();
            _self.Dispose();
        }
    }

    internal int TakeReference(nint L)
    {
        NeedSpace(L, 2);
        HeldValues++;
        return luaL_ref(L, Registry);
    }

    internal void Forget(int reference)
    {
        HeldValues--;
        if (!IsClosed)
        {
            CheckThread();
            luaL_unref(IdleThread, Registry, reference);
        }
    }

    /// <summary>The name a native was pushed under.</summary>
    internal string NameOf(int native) => _natives[native].Name;

    private int IndexOf(Native native, string name, bool ofModule, int level)
    {
        var latest = _latest.TryGetValue(name, out var found) ? found : -1;
        for (var index = latest; index >= 0; index = _natives[index].Previous)
        {
            ref readonly var known = ref _natives[index];
            if (known.Native == native && known.OfModule == ofModule && known.Level == level)
            {
                return index;
            }
        }

        if (_count == _natives.Length)
        {
            Array.Resize(ref _natives, _count * 2);
        }

        _natives[_count] = new(native, name, ofModule, level, latest);
        _latest[name] = _count;
        return _count++;
    }

    private nint NewThread()
    {
        var thread = lua_newthread(Main);
        _ = luaL_ref(Main, Registry);
        return thread;
    }

    [Conditional("DEBUG")]
    private void CheckThread() => Debug.Assert(_thread == Environment.CurrentManagedThreadId, "A Lua state belongs to the thread that made it.");

    // Natives of one name are a chain, from the latest to the first, whose Previous is -1.
    private readonly record struct Registered(Native Native, string Name, bool OfModule, int Level, int Previous);
}
