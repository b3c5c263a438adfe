using System.Net;
using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Sockets;

namespace LuaReactor.Tests.Loop;

/// <summary>A descriptor that notes what it is called for and then does what the test says.</summary>
internal sealed class Probe(StreamSocket socket, List<string> calls, string name = "") : Descriptor
{
    public Action? OnRead { get; set; }

    public Action? OnWrite { get; set; }

    public Exception? Error { get; private set; }

    public override nint Handle => socket.Handle;

    public override Socket? Managed => socket.Managed;

    public override void ReadReady()
    {
        calls.Add(name + "read");
        OnRead?.Invoke();
    }

    public override void WriteReady()
    {
        calls.Add(name + "write");
        OnWrite?.Invoke();
    }

    public override void Failed(Exception error) => Error = error;
}

/// <summary>Tells each descriptor what it is ready for, reading first, and nothing more.</summary>
internal sealed class PlainCalls : IReadyCalls
{
    public void Ready(Descriptor descriptor, Readiness readiness)
    {
        if ((readiness & Readiness.Readable) != 0)
        {
            descriptor.ReadReady();
        }
        if ((readiness & descriptor.Watched & Readiness.Writable) != 0)
        {
            descriptor.WriteReady();
        }
    }
}

/// <summary>Connected sockets on the loopback, made by the poller under test.</summary>
internal static class Pairs
{
    public static (StreamSocket Ours, StreamSocket Theirs) Connect(IPoller poller)
    {
        using var listener = Listen(poller);
        var ours = poller.CreateStream(AddressFamily.InterNetwork, out _)!;
        ours.Connect(listener.Local).ShouldBeOneOf(SocketError.Success, SocketError.InProgress, SocketError.WouldBlock);
        StreamSocket? theirs;
        while (listener.Accept(out theirs, out _) == SocketError.WouldBlock)
        {
        }
        ours.TakeError().ShouldBe(SocketError.Success);
        return (ours, theirs!);
    }

    public static StreamSocket Listen(IPoller poller)
    {
        var listener = poller.CreateStream(AddressFamily.InterNetwork, out _)!;
        listener.Bind(Address.From(IPAddress.Loopback, 0)).ShouldBe(SocketError.Success);
        listener.Listen(50).ShouldBe(SocketError.Success);
        return listener;
    }
}
