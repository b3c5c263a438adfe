using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;

namespace LuaReactor.Scripting.Natives;

/// <summary>The transports a script's protocol has: a TCP connection, or standard input and output.</summary>
internal sealed class TransportType(ScriptHost host)
{
    // What every transport has; a connection has more.
    private (string, Native)[] Common =>
    [
        ("write", Write),
        ("writeSequence", WriteSequence),
        ("loseConnection", LoseConnection),
        ("pauseProducing", PauseProducing),
        ("resumeProducing", ResumeProducing),
        ("stopProducing", LoseConnection),
        ("registerProducer", RegisterProducer),
        ("unregisterProducer", UnregisterProducer),
    ];

    public void Define()
    {
        var handles = host.State.Handles;
        handles.DefineType<StandardIO>("StandardIO", new Metamethods(Property: Property), Common);
        handles.DefineType<Connection>("Transport", new Metamethods(Property: Property), Common);
        handles.AddMethods<Connection>(
            ("loseWriteConnection", LoseWriteConnection),
            ("abortConnection", AbortConnection),
            ("getPeer", GetPeer),
            ("getHost", GetHost),
            ("setTcpNoDelay", SetTcpNoDelay),
            ("getTcpNoDelay", GetTcpNoDelay),
            ("setTcpKeepAlive", SetTcpKeepAlive),
            ("getTcpKeepAlive", GetTcpKeepAlive));
        var L = host.State.CallbackThread;
        handles.PushMethods(L, typeof(Connection));
        host.State.PushInnerNative(L, "sendLine", SendLine);
        Values.SetField(L, -2, "_sendLine");
        Lua.lua_settop(L, -2);
    }

    private static int Write(in Call call)
    {
        call.Self<ITransport>().Write(call.Bytes(2));
        return call.Return();
    }

    // _sendLine(transport, line, delimiter), for basic.lua.
    private static int SendLine(in Call call)
    {
        var transport = call.Self<ITransport>();
        if (call.TypeOf(2) is not LuaType.String)
        {
            throw new BadArgumentException($"sendLine: the line must be a string; got {Values.TypeName(call.L, 2)}");
        }

        var delimiter = call.Bytes(3);
        transport.Write(call.Bytes(2));
        transport.Write(delimiter);
        return call.Return();
    }

    private static int WriteSequence(in Call call)
    {
        var transport = call.Self<ITransport>();
        Sequences.Check(call, 2);
        Sequences.ForEach(call, 2, transport, static (to, bytes) => to.Write(bytes));
        return call.Return();
    }

    private static int LoseConnection(in Call call)
    {
        call.Self<ITransport>().LoseConnection();
        return call.Return();
    }

    private static int LoseWriteConnection(in Call call)
    {
        call.Self<Connection>().LoseWriteConnection();
        return call.Return();
    }

    private static int AbortConnection(in Call call)
    {
        call.Self<Connection>().AbortConnection();
        return call.Return();
    }

    private int GetPeer(in Call call) => Addresses.Return(call, host.Glue, call.Self<Connection>().Peer);

    private int GetHost(in Call call) => Addresses.Return(call, host.Glue, call.Self<Connection>().Host);

    private static int PauseProducing(in Call call)
    {
        call.Self<ITransport>().PauseProducing();
        return call.Return();
    }

    private static int ResumeProducing(in Call call)
    {
        call.Self<ITransport>().ResumeProducing();
        return call.Return();
    }

    private int RegisterProducer(in Call call)
    {
        var transport = call.Self<ITransport>();
        if (call.TypeOf(2) is not (LuaType.Table or LuaType.Userdata))
        {
            throw call.Expected(2, "producer");
        }

        // Twisted takes any true value; so do we.
        var streaming = Lua.lua_toboolean(call.L, 3) != 0;
        var producer = new LuaProducer(host.Glue, call.Hold(2));
        try
        {
            transport.RegisterProducer(producer, streaming);
        }
        catch (WrongStateException)
        {
            producer.Unregistered();
            throw;
        }

        return call.Return();
    }

    private static int UnregisterProducer(in Call call)
    {
        call.Self<ITransport>().UnregisterProducer();
        return call.Return();
    }

    private static int SetTcpNoDelay(in Call call)
    {
        call.Self<Connection>().NoDelay = call.TypeOf(2) is LuaType.Number ? call.Number(2) != 0 : call.Boolean(2);
        return call.Return();
    }

    private static int GetTcpNoDelay(in Call call) => call.Return(call.Self<Connection>().NoDelay);

    private static int SetTcpKeepAlive(in Call call)
    {
        call.Self<Connection>().KeepAlive = call.TypeOf(2) is LuaType.Number ? call.Number(2) != 0 : call.Boolean(2);
        return call.Return();
    }

    private static int GetTcpKeepAlive(in Call call) => call.Return(call.Self<Connection>().KeepAlive);

    private static int Property(in Call call)
    {
        var transport = call.Self<ITransport>();
        var key = call.TypeOf(2) is LuaType.String ? call.Bytes(2) : default;
        return key.SequenceEqual("connected"u8) ? call.Return(transport.Connected)
            : key.SequenceEqual("disconnecting"u8) ? call.Return(transport.Disconnecting)
            : call.ReturnNil();
    }
}
