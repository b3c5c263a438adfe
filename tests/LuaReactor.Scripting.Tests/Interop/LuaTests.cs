using System.Reflection;
using System.Runtime.InteropServices;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

public sealed class LuaTests
{
    // lua_next, lua_getinfo and luaL_traceback are kept harmless by how they are used; see their comments.
    private static readonly string[] _safe =
    [
        "luaL_newstate", "luaL_openlibs", "lua_close", "lua_newthread", "lua_gc",
        "lua_gettop", "lua_settop", "lua_absindex", "lua_pushvalue", "lua_rotate", "lua_copy", "lua_checkstack", "lua_toclose",
        "lua_type", "lua_isinteger", "lua_toboolean", "lua_tointegerx", "lua_tonumberx", "lua_tolstring",
        "lua_touserdata", "lua_topointer", "lua_rawlen", "lua_rawequal",
        "lua_pushnil", "lua_pushboolean", "lua_pushinteger", "lua_pushnumber", "lua_pushlightuserdata", "lua_pushlstring",
        "lua_pushcclosure",
        "lua_createtable", "lua_rawget", "lua_rawset", "lua_rawgeti", "lua_rawseti", "lua_next", "lua_getmetatable", "lua_setmetatable",
        "lua_newuserdatauv", "lua_getiuservalue", "lua_setiuservalue", "luaL_ref", "luaL_unref",
        "luaL_loadbufferx", "lua_pcallk", "lua_getstack", "lua_getinfo", "luaL_traceback", "lua_sethook", "lua_getallocf", "lua_setallocf",
    ];

    private static readonly string[] _quick =
    [
        "lua_gettop", "lua_settop", "lua_absindex", "lua_pushvalue", "lua_rotate", "lua_copy",
        "lua_type", "lua_isinteger", "lua_toboolean", "lua_tointegerx", "lua_tonumberx", "lua_tolstring",
        "lua_touserdata", "lua_topointer", "lua_rawlen", "lua_rawequal",
        "lua_pushnil", "lua_pushboolean", "lua_pushinteger", "lua_pushnumber", "lua_pushlightuserdata",
        "lua_rawget", "lua_rawgeti", "lua_getmetatable", "lua_getiuservalue", "lua_setiuservalue", "lua_getstack", "lua_getinfo",
    ];

    private static IEnumerable<MethodInfo> Natives => typeof(Lua)
        .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(method => method.Name.StartsWith("lua", StringComparison.Ordinal));

    [Fact]
    public void Only_functions_that_cannot_raise_are_declared() =>
        Natives.Select(method => method.Name).ShouldBe(_safe, ignoreOrder: true);

    [Fact]
    public void Only_functions_that_neither_allocate_nor_call_back_skip_the_transition() =>
        Natives.Where(method => method.IsDefined(typeof(SuppressGCTransitionAttribute))).Select(method => method.Name).ShouldBe(_quick, ignoreOrder: true);

    [Fact]
    public void Nothing_but_Lua_declares_native_functions() =>
        typeof(Lua).Assembly.GetTypes()
            .Where(type => type != typeof(Lua) && type.Namespace?.StartsWith("LuaReactor.Scripting", StringComparison.Ordinal) == true)
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
            .ShouldBeEmpty();

    [Fact]
    public void Three_functions_alone_are_called_from_native_code() =>
        typeof(Lua).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(UnmanagedCallersOnlyAttribute)))
            .Select(method => method.Name)
            .ShouldBe(["Dispatch", "Allocate", "Note"], ignoreOrder: true);
}
