using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using LuaReactor.Sockets;
using LuaReactor.Transports;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>A connector as scripts hold it. The handle keeps the script's factory, so that it can connect again.</summary>
internal sealed class ClientConnector(Connector connector, LuaClientFactory factory)
{
    public Connector Connector => connector;

    public LuaClientFactory Factory => factory;
}

/// <summary>What <c>connectTCP</c> returns and client factories are told of.</summary>
internal sealed class ConnectorType(ScriptHost host)
{
    private const int FactoryValue = 1;

    public void Define() => host.State.Handles.DefineType<ClientConnector>(
        "Connector",
        new Metamethods(Property: Property),
        ("connect", Connect),
        ("disconnect", Disconnect),
        ("stopConnecting", StopConnecting),
        ("getDestination", GetDestination));

    /// <summary>Returns the connector, its first attempt begun, from a native whose argument <paramref name="factoryIndex"/> is the factory.</summary>
    public static int ReturnConnecting(in Call call, Connector connector, LuaClientFactory factory, int factoryIndex)
    {
        var L = call.L;
        call.State.Handles.Push(L, new ClientConnector(connector, factory), FactoryValue);
        var handle = lua_gettop(L);
        lua_pushvalue(L, factoryIndex);
        _ = lua_setiuservalue(L, handle, FactoryValue);
        Begin(L, handle, connector, factory);
        return 1;
    }

    // Held from the start of an attempt until its factory is stopped.
    private static void Begin(nint L, int handle, Connector connector, LuaClientFactory factory)
    {
        lua_getiuservalue(L, handle, FactoryValue);
        factory.Hold(L, lua_gettop(L));
        lua_settop(L, -2);
        factory.HoldConnector(L, handle);
        connector.Connect();
    }

    private static int Connect(in Call call)
    {
        var self = call.Self<ClientConnector>();
        if (self.Connector.State is not ConnectorState.Disconnected)
        {
            throw new WrongStateException("can't connect in this state");
        }

        Begin(call.L, 1, self.Connector, self.Factory);
        return call.Return();
    }

    private static int Disconnect(in Call call)
    {
        call.Self<ClientConnector>().Connector.Disconnect();
        return call.Return();
    }

    private static int StopConnecting(in Call call)
    {
        call.Self<ClientConnector>().Connector.StopConnecting();
        return call.Return();
    }

    private static int Property(in Call call)
    {
        var connector = call.Self<ClientConnector>().Connector;
        return call.TypeOf(2) is LuaType.String && call.Bytes(2).SequenceEqual("state"u8)
            ? call.Return(connector.State switch
            {
                ConnectorState.Connecting => "connecting",
                ConnectorState.Connected => "connected",
                _ => "disconnected",
            })
            : call.ReturnNil();
    }

    // As given: a host name stays one (Twisted's IPv4Address('TCP', host, port)).
    private int GetDestination(in Call call)
    {
        var connector = call.Self<ClientConnector>().Connector;
        var L = call.L;
        host.Glue.AddressOf.Push(L);
        Values.PushBytes(L, connector.Host.Contains(':', StringComparison.Ordinal) ? "IPv6"u8 : "IPv4"u8);
        Values.PushText(L, connector.Host);
        lua_pushinteger(L, connector.Port);
        return call.State.Call(L, 3, 1, explain: false) is LuaStatus.Ok ? 1 : throw call.State.PopError(L);
    }
}
