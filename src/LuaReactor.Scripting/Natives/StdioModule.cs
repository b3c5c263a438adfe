using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>twisted/internet/stdio.lua</c> stands on.</summary>
internal sealed class StdioModule(ScriptHost host) : INativeModule
{
    public string Name => "luareactor.stdio";

    public IEnumerable<(string Name, Native Native)> Functions => [("open", Open)];

    private int Open(in Call call)
    {
        call.CheckTable(1);
        var protocol = new LuaProtocol(host, call.Hold(1), client: false, host.OriginOf(call.L));
        return call.Return(host.Reactor.OpenStandardIO(protocol));
    }
}
