using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>A listening port as scripts hold it. The handle keeps the script's factory, so that a stopped port can listen again.</summary>
internal sealed class ListeningPort(Port port, LuaFactory factory)
{
    public Port Port => port;

    public LuaFactory Factory => factory;
}

/// <summary>What <c>listenTCP</c> returns.</summary>
internal sealed class PortType(ScriptHost host)
{
    private const int FactoryValue = 1;

    public void Define() => host.State.Handles.DefineType<ListeningPort>(
        "Port",
        ("_stop", Stop),
        ("startListening", StartListening),
        ("getHost", GetHost));

    /// <summary>Returns the port from a native whose argument <paramref name="factoryIndex"/> is the factory.</summary>
    public static int Return(in Call call, Port port, LuaFactory factory, int factoryIndex)
    {
        call.State.Handles.Push(call.L, new ListeningPort(port, factory), FactoryValue);
        lua_pushvalue(call.L, factoryIndex);
        _ = lua_setiuservalue(call.L, -2, FactoryValue);
        return 1;
    }

    // port:_stop(f): f is called once the factory has been stopped. stopListening, which makes a Deferred of it, is in reactor.lua.
    private int Stop(in Call call)
    {
        var port = call.Self<ListeningPort>().Port;
        call.CheckFunction(2);
        port.StopListening(new LuaCall(host, call, 2).Run);
        return call.Return();
    }

    private int StartListening(in Call call)
    {
        var self = call.Self<ListeningPort>();
        if (!self.Port.Listening)
        {
            lua_getiuservalue(call.L, 1, FactoryValue);
            self.Factory.Hold(call.L, lua_gettop(call.L));
        }

        self.Port.StartListening();
        return call.Return();
    }

    private int GetHost(in Call call) => Addresses.Return(call, host.Glue, call.Self<ListeningPort>().Port.Host);
}
