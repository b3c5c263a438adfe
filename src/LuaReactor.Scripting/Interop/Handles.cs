using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>What a type of handles can do besides its methods.</summary>
/// <param name="Property">Called as <c>property(object, key)</c> when no method has that name.</param>
/// <param name="Close">The object's <c>__close</c>: called with the object and the error, or nil.</param>
/// <param name="Text">The object's <c>__tostring</c>.</param>
internal sealed record Metamethods(Native? Property = null, Native? Close = null, Native? Text = null);

/// <summary>
/// C# objects given to Lua. A handle is a userdata that names a slot of a table on this side; Lua's collector frees the slot,
/// unless C# does, see <see cref="PushKept(nint, object, int)"/>.
/// </summary>
/// <remarks>
/// An object has as many handles as it was pushed times: who needs one identity keeps a reference to one handle.
/// Scripts can get at any userdata and, with the debug library, at any metatable, so a handle is believed only if its size, its
/// magic number and its slot's generation agree; the object's own type is then checked by C#.
/// </remarks>
internal sealed unsafe partial class Handles
{
    // Two of our handles are never confused with another's 16 bytes (an io file is two pointers).
    private static readonly ulong _magic = (ulong)Random.Shared.NextInt64() | (1UL << 63);

    // An array that grew as a whole would leave its halves behind, and be half empty itself.
    private const int SlotsInBlock = 256;

    private readonly LuaState _state;
    private readonly int _indexer;
    private readonly Dictionary<Type, Definition> _definitions = [];
    private readonly Dictionary<Type, Definition> _found = [];
    private (Type? Type, Definition? Definition) _latest;
    private Slot[][] _blocks = [new Slot[SlotsInBlock]];
    private int _used;
    private int _free = -1;

    internal Handles(LuaState state, int indexer)
    {
        _state = state;
        _indexer = indexer;
    }

    /// <summary>How many handles there are that Lua has not collected.</summary>
    public int Count { get; private set; }

    /// <summary>The objects behind the handles, for a report of what is left.</summary>
    public IEnumerable<object> Objects => _blocks.SelectMany(block => block).Select(slot => slot.Object).OfType<object>();

    /// <summary>Gives objects of type <typeparamref name="T"/> a name and methods.</summary>
    public void DefineType<T>(string name, params (string Name, Native Native)[] methods)
        where T : class => DefineType<T>(name, new Metamethods(), methods);

    /// <summary>Gives objects of type <typeparamref name="T"/> a name, methods and metamethods.</summary>
    public void DefineType<T>(string name, Metamethods metamethods, params (string Name, Native Native)[] methods)
        where T : class => Define<T>(name, metamethods, isKept: false, methods);

    /// <summary>Adds methods to a type that was defined.</summary>
    public void AddMethods<T>(params (string Name, Native Native)[] methods)
        where T : class
    {
        var L = _state.CallbackThread;
        LuaState.NeedSpace(L, 4);
        PushMethods(L, typeof(T));
        SetNatives(L, methods);
        lua_settop(L, -2);
    }

    /// <summary>Pushes the table of a type's methods: what is added to it is a method too.</summary>
    public void PushMethods(nint L, Type type) => lua_rawgeti(L, Registry, DefinitionOf(type)!.Methods);

    /// <summary>Pushes a new handle of the object, with room for so many Lua values to live as long as it does.</summary>
    public void Push(nint L, object value, int userValues = 0)
    {
        LuaState.NeedSpace(L, 3);
        PushNew(L, value, userValues, isKept: false);
    }

    /// <summary>The object behind the handle at that index; null if there is none.</summary>
    public object? Get(nint L, int index)
    {
        var handle = HandleAt(L, index);
        return handle is null ? null : Get(handle);
    }

    /// <summary>Whether there is a handle whose object is gone: a script's finalizer may still reach one.</summary>
    public bool IsCollected(nint L, int index) => HandleAt(L, index) is not null && Get(L, index) is null;

    /// <summary>What the type is called in messages.</summary>
    public string NameOf(Type type) => DefinitionOf(type)?.Name ?? type.Name;

    private void Define<T>(string name, Metamethods metamethods, bool isKept, (string Name, Native Native)[] methods)
    {
        var L = _state.CallbackThread;
        LuaState.NeedSpace(L, 8);
        var top = lua_gettop(L);
        lua_createtable(L, 0, 8);
        var metatable = top + 1;
        Values.PushText(L, name);
        Values.SetField(L, metatable, "__name");
        // What getmetatable gives to scripts: the name, and not the metatable.
        Values.PushText(L, name);
        Values.SetField(L, metatable, "__metatable");
        if (!isKept)
        {
            SetNative(L, metatable, "__gc", Freed);
        }

        SetNative(L, metatable, "__tostring", metamethods.Text ?? Described);
        if (metamethods.Close is { } close)
        {
            SetNative(L, metatable, "__close", close);
        }

        lua_createtable(L, 0, methods.Length);
        SetNatives(L, methods);
        lua_pushvalue(L, -1);
        var methodTable = luaL_ref(L, Registry);
        if (metamethods.Property is { } property)
        {
            lua_rawgeti(L, Registry, _indexer);
            lua_rotate(L, -2, 1);
            _state.PushInnerNative(L, "__index", property);
            if (!_state.TryCall(L, 2, 1))
            {
                var error = LuaState.PopException(L, LuaStatus.RuntimeError);
                lua_settop(L, top);
                throw error;
            }
        }

        Values.SetField(L, metatable, "__index");
        _definitions[typeof(T)] = new(name, luaL_ref(L, Registry), methodTable, isKept);
        _found.Clear();
        _latest = default;
    }

    private int PushNew(nint L, object value, int userValues, bool isKept)
    {
        var definition = DefinitionOf(value.GetType());
        if (definition is null || definition.IsKept != isKept)
        {
            throw new ArgumentException($"No Lua type is defined for {value.GetType()}.", nameof(value));
        }

        // First what may collect, and so free slots; then the slot.
        var handle = (Handle*)lua_newuserdatauv(L, (nuint)sizeof(Handle), userValues);
        var slot = Take(value);
        *handle = new(_magic, slot, SlotAt(slot).Generation);
        lua_rawgeti(L, Registry, definition.Metatable);
        _ = lua_setmetatable(L, -2);
        return slot;
    }

    private object? Get(Handle* handle)
    {
        if ((uint)handle->Slot >= (uint)_used)
        {
            return null;
        }

        ref readonly var slot = ref SlotAt(handle->Slot);
        return slot.Generation == handle->Generation ? slot.Object : null;
    }

    private static Handle* HandleAt(nint L, int index)
    {
        var handle = MemoryAt(L, index);
        return handle is not null && handle->Magic == _magic ? handle : null;
    }

    private static Handle* MemoryAt(nint L, int index)
    {
        // Null for all but userdata; and of those rawlen is 0 for a light one, so the memory is Lua's and 16 bytes long
        // before it is looked at.
        var handle = (Handle*)lua_touserdata(L, index);
        return handle is not null && lua_rawlen(L, index) == (ulong)sizeof(Handle) ? handle : null;
    }

    private static int Freed(in Call call)
    {
        var handles = call.State.Handles;
        // A script can call this with any handle.
        if (handles.Get(call.L, 1) is not null && HandleAt(call.L, 1)->Slot is var slot && !handles.SlotAt(slot).IsKept)
        {
            handles.Free(slot);
        }

        return 0;
    }

    private static int Described(in Call call)
    {
        var handles = call.State.Handles;
        var name = Values.TypeName(call.L, 1);
        if (handles.GetKept(call.L, 1, out var how, out _) is null && how != 0)
        {
            return call.Return($"{name} (over)");
        }

        var found = HandleAt(call.L, 1);
        if (found is null)
        {
            throw call.Expected(1, "handle");
        }

        return call.Return(handles.Get(call.L, 1) is null ? $"{name} (collected)" : $"{name} #{found->Slot}");
    }

    // Into the table on top.
    private void SetNatives(nint L, (string Name, Native Native)[] methods)
    {
        var table = lua_gettop(L);
        foreach (var (name, native) in methods)
        {
            SetNative(L, table, name, native);
        }
    }

    private void SetNative(nint L, int table, string name, Native native)
    {
        _state.PushNative(L, name, native);
        Values.SetField(L, table, name);
    }

    private Definition? DefinitionOf(Type type)
    {
        // Scripts make many objects of one type in a row.
        if (type == _latest.Type)
        {
            return _latest.Definition;
        }

        var definition = Find(type);
        _latest = (type, definition);
        return definition;
    }

    private Definition? Find(Type type)
    {
        if (_found.TryGetValue(type, out var definition))
        {
            return definition;
        }

        // The nearest class that was defined, or else an interface.
        for (var at = type; at is not null && definition is null; at = at.BaseType)
        {
            _definitions.TryGetValue(at, out definition);
        }

        definition ??= _definitions.FirstOrDefault(entry => entry.Key.IsInterface && entry.Key.IsAssignableFrom(type)).Value;
        if (definition is not null)
        {
            _found.Add(type, definition);
        }

        return definition;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Slot SlotAt(int slot) => ref _blocks[(uint)slot / SlotsInBlock][(uint)slot % SlotsInBlock];

    private int Take(object value)
    {
        var slot = _free;
        if (slot >= 0)
        {
            _free = SlotAt(slot).NextFree;
        }
        else
        {
            if (_used == _blocks.Length * SlotsInBlock)
            {
                _blocks = [.. _blocks, new Slot[SlotsInBlock]];
            }

            slot = _used++;
        }

        (SlotAt(slot).Object, SlotAt(slot).NextFree) = (value, -1);
        Count++;
        return slot;
    }

    private void Free(int number)
    {
        ref var slot = ref SlotAt(number);
        slot.Object = null;
        slot.Generation++;
        slot.NextFree = _free;
        _free = number;
        Count--;
    }

    private struct Slot
    {
        public object? Object;
        public int Generation;
        public int NextFree;

        // In the place of a next one: a slot in use has none.
        public readonly bool IsKept => NextFree == Kept;

        public const int Kept = -2;
    }

    [StructLayout(LayoutKind.Explicit)]
    private readonly struct Handle
    {
        [FieldOffset(0)]
        public readonly ulong Magic;

        [FieldOffset(8)]
        public readonly int Slot;

        [FieldOffset(12)]
        public readonly int Generation;

        /// <summary>In place of slot and generation, once the object of a kept handle has ended.</summary>
        [FieldOffset(8)]
        public readonly double Remains;

        public Handle(ulong magic, int slot, int generation) => (Magic, Slot, Generation) = (magic, slot, generation);

        public Handle(ulong magic, double remains) => (Magic, Remains) = (magic, remains);
    }

    private sealed record Definition(string Name, int Metatable, int Methods, bool IsKept);
}
