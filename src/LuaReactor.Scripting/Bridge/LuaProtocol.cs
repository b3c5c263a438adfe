using LuaReactor.Loop;
using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's protocol, held from the connection's start to its end.</summary>
/// <param name="host">The host.</param>
/// <param name="protocol">The script's object; released when the connection is over.</param>
/// <param name="client">Whether a factory will hear of the loss after the protocol, and release it.</param>
/// <param name="origin">The script's line that listened or connected.</param>
internal sealed unsafe class LuaProtocol(ScriptHost host, LuaRef protocol, bool client, Origin origin) : IProtocol
{
    private readonly Glue _glue = host.Glue;
    private ITransport _transport = null!;

    /// <summary>The script's object.</summary>
    public LuaRef Protocol => protocol;

    public Origin Origin => origin;

    public bool HalfCloseable
    {
        get
        {
            var L = Begin(_glue.HalfCloseable);
            _glue.Call(1, 1, protocol);
            var answer = lua_toboolean(L, -1) != 0;
            lua_settop(L, -2);
            return answer;
        }
    }

    public void MakeConnection(ITransport transport)
    {
        _transport = transport;
        var L = Begin(_glue.MakeConnection);
        host.State.Handles.Push(L, transport);
        _glue.Call(2, 0, protocol);
    }

    public void DataReceived(ReadOnlySpan<byte> data)
    {
        Begin(_glue.Received);
        fixed (byte* start = data)
        {
            host.Input.Set(_transport, start, data.Length);
            try
            {
                _glue.Call(1, 0, protocol);
            }
            finally
            {
                host.Input.Clear();
            }
        }
    }

    public void ReadConnectionLost()
    {
        Begin(_glue.ReadConnectionLost);
        _glue.Call(1, 0, protocol);
    }

    public void WriteConnectionLost()
    {
        Begin(_glue.WriteConnectionLost);
        _glue.Call(1, 0, protocol);
    }

    public void ConnectionLost(Exception reason)
    {
        var L = Begin(_glue.ConnectionLost);
        Reasons.Push(L, reason);
        lua_pushboolean(L, client ? 1 : 0);
        try
        {
            _glue.Call(4, 0, protocol);
        }
        finally
        {
            if (!client)
            {
                protocol.Release();
            }
        }
    }

    private nint Begin(LuaRef function)
    {
        var L = _glue.Begin(function);
        protocol.Push(L);
        return L;
    }
}
