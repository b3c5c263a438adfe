using LuaReactor.Transports;

namespace LuaReactor.Scripting.Bridge;

/// <summary>Walks what the reactor has open, and names it as a script's author knows it.</summary>
internal static class Leftovers
{
    public static List<Leftover> Of(ScriptHost host)
    {
        var reactor = host.Reactor;
        var all = new List<Leftover>();
        foreach (var call in reactor.GetDelayedCalls())
        {
            if (call is LuaTimer timer)
            {
                all.Add(new("timer", FormattableString.Invariant($"DelayedCall due in {call.Time - reactor.Seconds:0.###} s"), timer.Origin.Line, timer, timer.Cancel));
            }
        }

        foreach (var port in reactor.Ports)
        {
            all.Add(new("port", $"Port listening on {port.Host}", (port.Factory as LuaFactory)?.Origin.Line, port, () => port.StopListening()));
        }

        foreach (var connector in reactor.Connecting)
        {
            all.Add(new("connector", $"Connector to {connector.Host}:{connector.Port}", (connector.Factory as LuaFactory)?.Origin.Line, connector, connector.Disconnect));
        }

        foreach (var connection in reactor.Connections)
        {
            all.Add(new("connection", $"Connection with {connection.Peer}", (connection.Protocol as LuaProtocol)?.Origin.Line, connection, connection.AbortConnection));
        }

        foreach (var streams in reactor.Streams)
        {
            all.Add(new("stdio", "StandardIO", (streams.Protocol as LuaProtocol)?.Origin.Line, streams, streams.Dispose));
        }

        return all;
    }
}
