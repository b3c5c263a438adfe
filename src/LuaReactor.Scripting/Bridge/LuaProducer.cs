using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's producer, held while it is registered.</summary>
internal sealed class LuaProducer(Glue glue, LuaRef producer) : IProducer
{
    public void PauseProducing() => Call(glue.PauseProducing);

    public void ResumeProducing() => Call(glue.ResumeProducing);

    public void StopProducing() => Call(glue.StopProducing);

    public void Unregistered() => producer.Release();

    /// <summary>The script's class and address, as Lua prints it.</summary>
    public override string ToString()
    {
        var L = glue.Begin(glue.Describe);
        producer.Push(L);
        glue.Call(1, 1);
        var text = Values.ToText(L, -1);
        Lua.lua_settop(L, -2);
        return text;
    }

    private void Call(LuaRef function)
    {
        producer.Push(glue.Begin(function));
        glue.Call(1);
    }
}
