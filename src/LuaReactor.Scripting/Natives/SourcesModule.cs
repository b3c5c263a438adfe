using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>The text of the program's own modules, for their documentation and for completion.</summary>
internal sealed class SourcesModule : INativeModule
{
    public string Name => "luareactor.sources";

    public (string Name, Native Native)[] Functions => [("read", Read), ("list", List)];

    // sources.read("twisted/internet/defer.lua") → its text, or nil.
    private static int Read(in Call call)
    {
        var code = Modules.ReadEmbedded(call.Text(1));
        return code is null ? call.ReturnNil() : call.Return(code);
    }

    // sources.list() → { "class.lua", … }
    private static int List(in Call call)
    {
        var L = call.L;
        LuaState.NeedSpace(L, 3);
        lua_createtable(L, 0, 0);
        var table = lua_gettop(L);
        var count = 0;
        foreach (var file in Modules.Embedded.Where(name => name.EndsWith(".lua", StringComparison.Ordinal)))
        {
            Values.PushText(L, file);
            lua_rawseti(L, table, ++count);
        }

        return 1;
    }
}
