using LuaReactor.Sockets;

namespace LuaReactor.Transports;

/// <summary>Makes a protocol for each connection (Twisted's <c>IProtocolFactory</c>).</summary>
public interface IFactory
{
    /// <summary>A port or connector begins to use the factory.</summary>
    void DoStart();

    /// <summary>A port or connector is done with the factory.</summary>
    void DoStop();

    /// <summary>The protocol for a connection with <paramref name="peer"/>, or null to refuse it.</summary>
    IProtocol? BuildProtocol(Address peer);
}

/// <summary>A factory that also hears how its attempts to connect went (Twisted's <c>ClientFactory</c>).</summary>
public interface IClientFactory : IFactory
{
    /// <summary>An attempt begins; <paramref name="connector"/> can stop it.</summary>
    void StartedConnecting(Connector connector);

    /// <summary>The attempt failed; never called before the call that started it has returned.</summary>
    void ClientConnectionFailed(Connector connector, Exception reason);

    /// <summary>The connection was made and is over.</summary>
    void ClientConnectionLost(Connector connector, Exception reason);
}
