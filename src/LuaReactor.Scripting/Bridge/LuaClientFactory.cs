using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's client factory: it is handed the same connector object each time.</summary>
internal sealed class LuaClientFactory(ScriptHost host, Origin origin) : LuaFactory(new(host, IsClient: true, origin)), IClientFactory
{
    private LuaRef? _connector;

    /// <summary>Holds the connector's handle at that index, unless it is held already.</summary>
    public void HoldConnector(nint L, int index)
    {
        if (_connector is null)
        {
            LuaState.NeedSpace(L, 2);
            lua_pushvalue(L, index);
            _connector = Host.State.Hold(L);
        }
    }

    public override void Release()
    {
        _connector?.Release();
        _connector = null;
        base.Release();
    }

    public void StartedConnecting(Connector connector)
    {
        BeginWithConnector(Glue.StartedConnecting);
        Glue.Call(2);
    }

    public void ClientConnectionFailed(Connector connector, Exception reason)
    {
        var L = BeginWithConnector(Glue.ClientConnectionFailed);
        Reasons.Push(L, reason);
        Glue.Call(4);
    }

    public void ClientConnectionLost(Connector connector, Exception reason)
    {
        var L = BeginWithConnector(Glue.ClientConnectionLost);
        if (Built is { } protocol)
        {
            Built = null;
            protocol.Push(L);
            protocol.Release();
        }
        else
        {
            lua_pushnil(L);
        }

        Reasons.Push(L, reason);
        Glue.Call(5);
    }

    private nint BeginWithConnector(LuaRef function)
    {
        var L = Begin(function);
        _connector!.Push(L);
        return L;
    }
}
