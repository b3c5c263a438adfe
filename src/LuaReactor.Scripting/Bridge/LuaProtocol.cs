using LuaReactor.Loop;
using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>What the protocols of one factory have in common, held once: there are as many protocols as connections.</summary>
/// <param name="Host">The host.</param>
/// <param name="IsClient">Whether a factory will hear of the loss after the protocol, and release it.</param>
/// <param name="Origin">The script's line that listened or connected.</param>
internal sealed record ProtocolKind(ScriptHost Host, bool IsClient, Origin Origin);

/// <summary>A script's protocol, held from the connection's start to its end.</summary>
internal sealed unsafe class LuaProtocol : LuaRef, IProtocol
{
    private readonly ProtocolKind _kind;
    private ITransport _transport = null!;

    /// <summary>Pops the script's object and holds it.</summary>
    public LuaProtocol(ProtocolKind kind, nint L)
        : base(kind.Host.State, L) => _kind = kind;

    public Origin Origin => _kind.Origin;

    public bool HalfCloseable
    {
        get
        {
            var L = Begin(Glue.HalfCloseable);
            Glue.Call(1, 1, this);
            var answer = lua_toboolean(L, -1) != 0;
            lua_settop(L, -2);
            return answer;
        }
    }

    private Glue Glue => _kind.Host.Glue;

    public void MakeConnection(ITransport transport)
    {
        _transport = transport;
        var L = Begin(Glue.MakeConnection);
        _kind.Host.State.Handles.Push(L, transport);
        Glue.Call(2, 0, this);
    }

    public void DataReceived(ReadOnlySpan<byte> data)
    {
        Begin(Glue.Received);
        var input = _kind.Host.Input;
        fixed (byte* start = data)
        {
            input.Set(_transport, start, data.Length);
            try
            {
                Glue.Call(1, 0, this);
            }
            finally
            {
                input.Clear();
            }
        }
    }

    public void ReadConnectionLost()
    {
        Begin(Glue.ReadConnectionLost);
        Glue.Call(1, 0, this);
    }

    public void WriteConnectionLost()
    {
        Begin(Glue.WriteConnectionLost);
        Glue.Call(1, 0, this);
    }

    public void ConnectionLost(Exception reason)
    {
        var L = Begin(Glue.ConnectionLost);
        Reasons.PushEnd(L, reason);
        lua_pushboolean(L, _kind.IsClient ? 1 : 0);
        try
        {
            Glue.Call(4, 0, this);
        }
        finally
        {
            if (!_kind.IsClient)
            {
                Release();
            }
        }
    }

    private nint Begin(LuaRef function)
    {
        var L = Glue.Begin(function);
        Push(L);
        return L;
    }
}
