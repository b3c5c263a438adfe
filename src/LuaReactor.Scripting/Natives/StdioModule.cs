using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>twisted/internet/stdio.lua</c> stands on.</summary>
internal sealed class StdioModule(ScriptHost host) : INativeModule
{
    public string Name => "luareactor.stdio";

    public (string Name, Native Native)[] Functions => [("open", Open)];

    private int Open(in Call call)
    {
        call.CheckTable(1);
        var kind = new ProtocolKind(host, IsClient: false, host.OriginOf(call.L));
        lua_pushvalue(call.L, 1);
        var protocol = new LuaProtocol(kind, call.L);
        return call.Return(host.Reactor.OpenStandardIO(protocol));
    }
}
