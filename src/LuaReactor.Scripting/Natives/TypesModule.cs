using LuaReactor.Framing;
using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;

namespace LuaReactor.Scripting.Natives;

/// <summary>The method tables of the types written in C#, by name, so that Lua can add what is better said there.</summary>
internal sealed class TypesModule(ScriptHost host) : INativeModule
{
    public string Name => "luareactor.types";

    public (string Name, Native Native)[] Functions => [];

    public void Fill(nint L, int table)
    {
        foreach (var type in (ReadOnlySpan<Type>)[typeof(ListeningPort), typeof(ClientConnector), typeof(Connection), typeof(StandardIO), typeof(LuaTimer), typeof(LineFramer)])
        {
            host.State.Handles.PushMethods(L, type);
            Values.SetField(L, table, host.State.Handles.NameOf(type));
        }
    }
}
