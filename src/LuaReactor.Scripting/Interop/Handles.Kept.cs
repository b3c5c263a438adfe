using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>
/// Handles with a definite end: C# keeps each until its object is over, and Lua's collector has no part in that.
/// A finalizer costs as much as all else there is to a short-lived object.
/// </summary>
/// <remarks>
/// They are kept in tables of a few hundred. A collection walks through each table that has changed since the last one: were
/// they in the registry, that would be one as large as the most that ever were kept, for it never shrinks.
/// </remarks>
internal sealed unsafe partial class Handles
{
    private const int KeptInTable = 256;

    private readonly List<int> _tables = [];

    /// <summary>How many handles C# keeps.</summary>
    public int CountKept { get; private set; }

    /// <summary>Gives objects of type <typeparamref name="T"/> a name and methods, and their handles a definite end.</summary>
    public void DefineKeptType<T>(string name, params (string Name, Native Native)[] methods)
        where T : class => Define<T>(name, new Metamethods(), isKept: true, methods);

    /// <summary>
    /// Pushes a new handle that is kept until its end, with room for so many Lua values. Called by a native, which has room on
    /// its stack.
    /// </summary>
    /// <returns>The number it is known by.</returns>
    public int PushKept(nint L, object value, int userValues)
    {
        var slot = PushNew(L, value, userValues, isKept: true);
        PushTable(L, slot);
        lua_pushvalue(L, -2);
        lua_rawseti(L, -2, Place(slot));
        lua_settop(L, -2);
        SlotAt(slot).NextFree = Slot.Kept;
        CountKept++;
        return slot;
    }

    /// <summary>Pushes a handle that is kept; false, and nothing is pushed, when a script has taken it out of the registry.</summary>
    public bool TryPushKept(nint L, int slot)
    {
        LuaState.NeedSpace(L, 2);
        return LeaveHandle(L, PushPlace(L, slot) is not null);
    }

    /// <summary>
    /// Lets go of a handle whose object is over, and pushes it for the last time, on a stack with room for three. What remains is
    /// in the handle itself: how it ended, as a number from 1, and when or where, as another. False, and nothing is pushed, when
    /// a script has taken it out of the registry.
    /// </summary>
    public bool TryEnd(nint L, int slot, byte how, double remains) => LeaveHandle(L, PushEnding(L, slot, how, remains));

    /// <summary>The same for one that nobody asks for any more; the first <paramref name="values"/> of its Lua values go too.</summary>
    public void End(int slot, byte how, double remains, int values)
    {
        if (_state.IsClosed)
        {
            return;
        }

        // A thread on which nothing runs, and so with room.
        var L = _state.IdleThread;
        if (PushEnding(L, slot, how, remains))
        {
            for (var value = 1; value <= values; value++)
            {
                lua_pushnil(L);
                _ = lua_setiuservalue(L, -2, value);
            }
        }

        lua_settop(L, 0);
    }

    /// <summary>The object behind the handle at that index, or null and, if the object is over, how it ended and what remains.</summary>
    public object? GetKept(nint L, int index, out byte how, out double remains)
    {
        (how, remains) = (0, 0);
        var handle = MemoryAt(L, index);
        if (handle is null)
        {
            return null;
        }

        var ended = handle->Magic - _magic;
        if (ended == 0)
        {
            return Get(handle);
        }

        if (ended <= byte.MaxValue)
        {
            (how, remains) = ((byte)ended, handle->Remains);
        }

        return null;
    }

    /// <summary>Has the processor fetch what ending the handle will need; it goes on meanwhile, and nothing is changed.</summary>
    public void FetchKept(int slot)
    {
        if (_state.IsClosed)
        {
            return;
        }

        var L = _state.IdleThread;
        PushTable(L, slot);
        lua_rawgeti(L, -1, Place(slot));
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((void*)lua_topointer(L, -1));
            Sse.Prefetch0(Unsafe.AsPointer(ref SlotAt(slot)));
        }

        lua_settop(L, 0);
    }

    // Of a table and what was in it, leaves that, or nothing when it was not the handle.
    private static bool LeaveHandle(nint L, bool there)
    {
        lua_copy(L, -1, -2);
        lua_settop(L, there ? -2 : -3);
        return there;
    }

    private static long Place(int slot) => 1 + ((uint)slot % KeptInTable);

    // Pushes the table of the slot, now without the handle, and the handle; false if something else was in its place.
    private bool PushEnding(nint L, int slot, byte how, double remains)
    {
        var handle = PushPlace(L, slot);
        if (handle is not null)
        {
            *handle = new(_magic + how, remains);
        }

        lua_pushnil(L);
        lua_rawseti(L, -3, Place(slot));
        CountKept--;
        Free(slot);
        return handle is not null;
    }

    // Pushes the table of the slot and what is in it; null if that is not the handle.
    private Handle* PushPlace(nint L, int slot)
    {
        PushTable(L, slot);
        lua_rawgeti(L, -1, Place(slot));
        var handle = HandleAt(L, -1);
        return handle is not null && handle->Slot == slot ? handle : null;
    }

    private void PushTable(nint L, int slot)
    {
        var table = (int)((uint)slot / KeptInTable);
        while (_tables.Count <= table)
        {
            lua_createtable(L, KeptInTable, 0);
            _tables.Add(luaL_ref(L, Registry));
        }

        if (lua_rawgeti(L, Registry, _tables[table]) is not LuaType.Table)
        {
            // A script has taken it away.
            lua_settop(L, -2);
            lua_createtable(L, KeptInTable, 0);
            lua_pushvalue(L, -1);
            lua_rawseti(L, Registry, _tables[table]);
        }
    }
}
