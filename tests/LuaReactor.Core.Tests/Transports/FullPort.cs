using System.Net;
using System.Net.Sockets;

namespace LuaReactor.Tests.Transports;

/// <summary>A port of 127.0.0.1 that lets nobody in: its backlog is full, so the system drops each request to connect.</summary>
internal static class FullPort
{
    public static int Number(SocketHolder holder)
    {
        var listener = holder.Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        // listen(2): a backlog of 0 has room for one; more than that, to be sure.
        for (var i = 0; i < 4; i++)
        {
            var filler = holder.Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
            try
            {
                filler.Connect(listener.LocalEndPoint!);
            }
            catch (SocketException underway) when (underway.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
            }
        }

        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }
}

/// <summary>Keeps the plain sockets of a test until it is over.</summary>
internal sealed class SocketHolder : IDisposable
{
    private readonly List<Socket> _kept = [];

    public Socket Keep(Socket one)
    {
        _kept.Add(one);
        return one;
    }

    public void Dispose() => _kept.ForEach(one => one.Dispose());
}
