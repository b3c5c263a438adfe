using LuaReactor.Scripting.Interop;
using LuaReactor.Sockets;
using LuaReactor.Transports;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's factory, held while a port or a connector uses it.</summary>
internal class LuaFactory(ProtocolKind kind) : IFactory
{
    private LuaRef? _factory;

    /// <summary>The script's line that listens or connects.</summary>
    public Origin Origin => kind.Origin;

    protected ScriptHost Host => kind.Host;

    protected Glue Glue => Host.Glue;

    protected LuaProtocol? Built { get; set; }

    /// <summary>Holds the script's object at that index, unless it is held already.</summary>
    public void Hold(nint L, int index)
    {
        if (_factory is null)
        {
            LuaState.NeedSpace(L, 2);
            lua_pushvalue(L, index);
            _factory = Host.State.Hold(L);
        }
    }

    /// <summary>Lets the script's objects go: nobody will call them.</summary>
    public virtual void Release()
    {
        _factory?.Release();
        _factory = null;
    }

    public void DoStart()
    {
        Begin(Glue.DoStart);
        Glue.Call(1);
    }

    public void DoStop()
    {
        try
        {
            Begin(Glue.DoStop);
            Glue.Call(1);
        }
        finally
        {
            Release();
        }
    }

    public IProtocol? BuildProtocol(Address peer)
    {
        Built = null;
        Host.Arriving = peer;
        var L = Begin(Glue.BuildProtocol);
        Glue.Call(1, 1);
        if (lua_type(L, -1) is LuaType.Nil)
        {
            lua_settop(L, -2);
            return null;
        }

        return Built = new LuaProtocol(kind, L);
    }

    protected nint Begin(LuaRef function)
    {
        var L = Glue.Begin(function);
        _factory!.Push(L);
        return L;
    }
}
