using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LuaReactor.Scripting.Interop;

/// <summary>
/// Lua's C API, as far as it is safe to call from C#, under its own names, so that Lua's manual is the manual.
/// </summary>
/// <remarks>
/// Lua raises with <c>longjmp</c>, and .NET cannot have its frames jumped over. So what can raise anything but
/// "not enough memory" is not declared here at all: no <c>lua_error</c>, <c>luaL_check…</c>, <c>lua_callk</c>, <c>lua_yieldk</c>,
/// no access to tables that may run a metamethod. A test holds the list closed.
/// <see cref="SuppressGCTransitionAttribute"/> stands only on what neither allocates, nor collects, nor calls back:
/// a collection run by Lua may enter C# through a <c>__gc</c>, which aborts the process if the transition was left out.
/// </remarks>
internal static unsafe partial class Lua
{
    private const string Library = "lua54";

    /// <summary>The pseudo-index of the registry (LUA_REGISTRYINDEX: -LUAI_MAXSTACK - 1000).</summary>
    public const int Registry = -1_001_000;

    /// <summary>The registry's key of the table of globals (LUA_RIDX_GLOBALS).</summary>
    public const int Globals = 2;

    /// <summary>As a count of results: all there are (LUA_MULTRET).</summary>
    public const int AllResults = -1;

    /// <summary>The reference that stands for nothing (LUA_NOREF).</summary>
    public const int NoReference = -2;

    /// <summary>For <see cref="lua_gc"/>: a full collection (LUA_GCCOLLECT).</summary>
    public const int Collect = 2;

    /// <summary>The pseudo-index of the running function's upvalue (lua_upvalueindex).</summary>
    public static int Upvalue(int i) => Registry - i;

    // The state and its threads.

    [LibraryImport(Library)]
    public static partial nint luaL_newstate();

    [LibraryImport(Library)]
    public static partial void luaL_openlibs(nint L);

    [LibraryImport(Library)]
    public static partial void lua_close(nint L);

    [LibraryImport(Library)]
    public static partial nint lua_newthread(nint L);

    /// <summary>Variadic in C; only the operations without arguments may be asked for, see the constants above.</summary>
    [LibraryImport(Library)]
    public static partial int lua_gc(nint L, int what);

    // The stack.

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_gettop(nint L);

    /// <summary>Not over a slot marked by <see cref="lua_toclose"/>: that would call Lua.</summary>
    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_settop(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_absindex(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushvalue(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_rotate(nint L, int index, int n);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_copy(nint L, int from, int to);

    [LibraryImport(Library)]
    public static partial int lua_checkstack(nint L, int n);

    [LibraryImport(Library)]
    public static partial void lua_toclose(nint L, int index);

    // Reading values.

    [LibraryImport(Library), SuppressGCTransition]
    public static partial LuaType lua_type(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_isinteger(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_toboolean(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long lua_tointegerx(nint L, int index, int* isInteger);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial double lua_tonumberx(nint L, int index, int* isNumber);

    /// <summary>Only on what <see cref="lua_type"/> calls a string: a number would be converted in place, which allocates.</summary>
    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* lua_tolstring(nint L, int index, nuint* length);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint lua_touserdata(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial nint lua_topointer(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial ulong lua_rawlen(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_rawequal(nint L, int index1, int index2);

    // Pushing values.

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushnil(nint L);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushboolean(nint L, int value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushinteger(nint L, long value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushnumber(nint L, double value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void lua_pushlightuserdata(nint L, nint value);

    [LibraryImport(Library)]
    public static partial byte* lua_pushlstring(nint L, byte* bytes, nuint length);

    [LibraryImport(Library)]
    public static partial void lua_pushcclosure(nint L, delegate* unmanaged[Cdecl]<nint, int> function, int upvalues);

    // Tables and userdata, raw.

    [LibraryImport(Library)]
    public static partial void lua_createtable(nint L, int array, int hash);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial LuaType lua_rawget(nint L, int index);

    /// <summary>The key must be neither nil nor NaN.</summary>
    [LibraryImport(Library)]
    public static partial void lua_rawset(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial LuaType lua_rawgeti(nint L, int index, long n);

    [LibraryImport(Library)]
    public static partial void lua_rawseti(nint L, int index, long n);

    /// <summary>The key must be one this very walk gave, and the table unchanged since.</summary>
    [LibraryImport(Library)]
    public static partial int lua_next(nint L, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_getmetatable(nint L, int index);

    /// <summary>During a sweep it may free what lies before the object, and so call the allocator.</summary>
    [LibraryImport(Library)]
    public static partial int lua_setmetatable(nint L, int index);

    [LibraryImport(Library)]
    public static partial nint lua_newuserdatauv(nint L, nuint size, int userValues);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial LuaType lua_getiuservalue(nint L, int index, int n);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_setiuservalue(nint L, int index, int n);

    [LibraryImport(Library)]
    public static partial int luaL_ref(nint L, int table);

    [LibraryImport(Library)]
    public static partial void luaL_unref(nint L, int table, int reference);

    // Loading, calling, looking at calls.

    [LibraryImport(Library)]
    public static partial LuaStatus luaL_loadbufferx(nint L, byte* code, nuint length, byte* name, byte* mode);

    [LibraryImport(Library)]
    public static partial LuaStatus lua_pcallk(nint L, int arguments, int results, int handler, nint context, nint continuation);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_getstack(nint L, int level, Activation* activation);

    /// <summary>With "n", "S" or "l", which push nothing.</summary>
    [LibraryImport(Library), SuppressGCTransition]
    public static partial int lua_getinfo(nint L, byte* what, Activation* activation);

    /// <summary>Raises where there is no room on the stack for some twenty values: ask first.</summary>
    [LibraryImport(Library)]
    public static partial void luaL_traceback(nint L, nint of, byte* message, int level);

    /// <summary>The one function that may be called from another thread, see <see cref="Interrupt"/>.</summary>
    [LibraryImport(Library)]
    public static partial void lua_sethook(nint L, nint hook, int mask, int count);

    [LibraryImport(Library)]
    public static partial delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, void*, nuint, nuint, void*> lua_getallocf(nint L, void** data);

    [LibraryImport(Library)]
    public static partial void lua_setallocf(nint L, delegate* unmanaged[Cdecl]<void*, void*, nuint, nuint, void*> allocate, void* data);

    /// <summary><c>lua_Debug</c> as it lies on 64-bit platforms, as far as it is read; it takes 136 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    public struct Activation
    {
        /// <summary>How the function was named where it was called: "method", "global", "metamethod"….</summary>
        [FieldOffset(16)]
        public readonly byte* NameWhat;

        /// <summary>The chunk's name, as it was given to the loader.</summary>
        [FieldOffset(32)]
        public readonly byte* Source;

        /// <summary>The length of <see cref="Source"/> in bytes.</summary>
        [FieldOffset(40)]
        public readonly nuint SourceLength;

        /// <summary>The line being run; -1 for a function that is not Lua's.</summary>
        [FieldOffset(48)]
        public readonly int CurrentLine;
    }
}

/// <summary>What kind of value a stack slot holds (LUA_T…).</summary>
internal enum LuaType
{
    None = -1,
    Nil,
    Boolean,
    LightUserdata,
    Number,
    String,
    Table,
    Function,
    Userdata,
    Thread,
}

/// <summary>How a protected call or a load ended.</summary>
internal enum LuaStatus
{
    Ok,
    Yield,
    RuntimeError,
    SyntaxError,
    OutOfMemory,
    ErrorInMessageHandler,
}
