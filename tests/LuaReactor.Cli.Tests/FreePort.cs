using System.Net;
using System.Net.Sockets;

namespace LuaReactor.Cli.Tests;

/// <summary>Ports of this machine for programs under test.</summary>
internal static class FreePort
{
    /// <summary>A port nobody listens on at the moment.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
