using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;

namespace LuaReactor.Scripting.Natives;

/// <summary>The transport a script's protocol has: a TCP connection.</summary>
internal sealed class TransportType(ScriptHost host)
{
    public void Define() => host.State.Handles.DefineType<Connection>(
        "Transport",
        new Metamethods(Property: Property),
        ("write", Write),
        ("writeSequence", WriteSequence),
        ("loseConnection", LoseConnection),
        ("loseWriteConnection", LoseWriteConnection),
        ("abortConnection", AbortConnection),
        ("getPeer", GetPeer),
        ("getHost", GetHost),
        ("pauseProducing", PauseProducing),
        ("resumeProducing", ResumeProducing),
        ("stopProducing", LoseConnection),
        ("registerProducer", RegisterProducer),
        ("unregisterProducer", UnregisterProducer),
        ("setTcpNoDelay", SetTcpNoDelay),
        ("getTcpNoDelay", GetTcpNoDelay),
        ("setTcpKeepAlive", SetTcpKeepAlive),
        ("getTcpKeepAlive", GetTcpKeepAlive));

    private static int Write(in Call call)
    {
        call.Self<Connection>().Write(call.Bytes(2));
        return Call.Return();
    }

    private static int WriteSequence(in Call call)
    {
        var connection = call.Self<Connection>();
        Sequences.Check(call, 2);
        Sequences.ForEach(call, 2, connection, static (to, bytes) => to.Write(bytes));
        return Call.Return();
    }

    private static int LoseConnection(in Call call)
    {
        call.Self<Connection>().LoseConnection();
        return Call.Return();
    }

    private static int LoseWriteConnection(in Call call)
    {
        call.Self<Connection>().LoseWriteConnection();
        return Call.Return();
    }

    private static int AbortConnection(in Call call)
    {
        call.Self<Connection>().AbortConnection();
        return Call.Return();
    }

    private int GetPeer(in Call call) => Addresses.Return(call, host.Glue, call.Self<Connection>().Peer);

    private int GetHost(in Call call) => Addresses.Return(call, host.Glue, call.Self<Connection>().Host);

    private static int PauseProducing(in Call call)
    {
        call.Self<Connection>().PauseProducing();
        return Call.Return();
    }

    private static int ResumeProducing(in Call call)
    {
        call.Self<Connection>().ResumeProducing();
        return Call.Return();
    }

    private int RegisterProducer(in Call call)
    {
        var connection = call.Self<Connection>();
        if (call.TypeOf(2) is not (LuaType.Table or LuaType.Userdata))
        {
            throw call.Expected(2, "producer");
        }

        // Twisted takes any true value; so do we.
        var streaming = Lua.lua_toboolean(call.L, 3) != 0;
        var producer = new LuaProducer(host.Glue, call.Hold(2));
        try
        {
            connection.RegisterProducer(producer, streaming);
        }
        catch
        {
            producer.Dropped();
            throw;
        }

        return Call.Return();
    }

    private static int UnregisterProducer(in Call call)
    {
        call.Self<Connection>().UnregisterProducer();
        return Call.Return();
    }

    private static int SetTcpNoDelay(in Call call)
    {
        call.Self<Connection>().NoDelay = call.TypeOf(2) is LuaType.Number ? call.Number(2) != 0 : call.Boolean(2);
        return Call.Return();
    }

    private static int GetTcpNoDelay(in Call call) => call.Return(call.Self<Connection>().NoDelay);

    private static int SetTcpKeepAlive(in Call call)
    {
        call.Self<Connection>().KeepAlive = call.TypeOf(2) is LuaType.Number ? call.Number(2) != 0 : call.Boolean(2);
        return Call.Return();
    }

    private static int GetTcpKeepAlive(in Call call) => call.Return(call.Self<Connection>().KeepAlive);

    private static int Property(in Call call)
    {
        var connection = call.Self<Connection>();
        var key = call.TypeOf(2) is LuaType.String ? call.Bytes(2) : default;
        return key.SequenceEqual("connected"u8) ? call.Return(connection.Connected)
            : key.SequenceEqual("disconnecting"u8) ? call.Return(connection.Disconnecting)
            : call.ReturnNil();
    }
}
