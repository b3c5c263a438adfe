using System.Net;
using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Sockets;
using LuaReactor.Tests.Loop;

namespace LuaReactor.Tests.Sockets;

public abstract class StreamSocketContract : IDisposable
{
    private readonly IPoller _poller;
    private readonly StreamSocket _ours;
    private readonly StreamSocket _theirs;
    private readonly byte[] _buffer = new byte[100];

    protected StreamSocketContract(IPoller poller)
    {
        _poller = poller;
        (_ours, _theirs) = Pairs.Connect(poller);
    }

    [Fact]
    public void What_is_sent_is_received()
    {
        _ours.Send("hello"u8, out var sent).ShouldBe(SocketError.Success);
        Ready(_theirs);

        _theirs.Receive(_buffer, out var received).ShouldBe(SocketError.Success);

        (sent, received).ShouldBe((5, 5));
        _buffer[..5].ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public void Nothing_yet_is_a_value()
    {
        _ours.Receive(_buffer, out var received).ShouldBe(SocketError.WouldBlock);

        received.ShouldBe(0);
    }

    [Fact]
    public void The_peers_end_is_a_count_of_nothing()
    {
        _theirs.Shutdown(SocketShutdown.Send).ShouldBe(SocketError.Success);
        Ready(_ours);

        _ours.Receive(_buffer, out var received).ShouldBe(SocketError.Success);

        received.ShouldBe(0);
    }

    [Fact]
    public void A_full_buffer_is_a_value()
    {
        var much = new byte[1 << 20];
        SocketError error;
        do
        {
            error = _ours.Send(much, out _);
        }
        while (error == SocketError.Success);

        error.ShouldBe(SocketError.WouldBlock);
    }

    [Fact]
    public void A_reset_arrives_as_one_and_what_is_sent_after_it_finds_a_broken_pipe()
    {
        _theirs.ResetOnClose();
        _theirs.Dispose();
        Ready(_ours);

        _ours.Receive(_buffer, out _).ShouldBe(SocketError.ConnectionReset);
        _ours.Send("late"u8, out _).ShouldBeOneOf(SocketError.Shutdown, SocketError.ConnectionReset);
    }

    [Fact]
    public void A_refused_connection_tells_its_error_once_it_is_writable()
    {
        var listener = Pairs.Listen(_poller);
        var nobody = listener.Local;
        listener.Dispose();
        using var socket = _poller.CreateStream(AddressFamily.InterNetwork, out _)!;

        var error = socket.Connect(nobody);
        if (error is SocketError.InProgress or SocketError.WouldBlock)
        {
            Ready(socket, Readiness.Writable);
            error = socket.TakeError();
        }

        error.ShouldBe(SocketError.ConnectionRefused);
    }

    [Fact]
    public void Each_end_knows_both_addresses()
    {
        _ours.Local.ShouldBe(_theirs.Remote);
        _ours.Remote.ShouldBe(_theirs.Local);
        _ours.Local.Host.ShouldBe("127.0.0.1");
    }

    [Fact]
    public void Accepting_tells_the_peer_and_then_that_nobody_waits()
    {
        using var listener = Pairs.Listen(_poller);
        using var client = _poller.CreateStream(AddressFamily.InterNetwork, out _)!;
        client.Connect(listener.Local);
        Ready(listener);

        listener.Accept(out var accepted, out var peer).ShouldBe(SocketError.Success);

        peer.ShouldBe(client.Local);
        accepted!.Dispose();
        listener.Accept(out _, out _).ShouldBe(SocketError.WouldBlock);
    }

    [Fact]
    public void A_port_in_use_and_an_address_of_others_are_values()
    {
        using var listener = Pairs.Listen(_poller);
        using var second = _poller.CreateStream(AddressFamily.InterNetwork, out _)!;

        second.Bind(listener.Local).ShouldBe(SocketError.AddressAlreadyInUse);
        second.Bind(Address.From(IPAddress.Parse("203.0.113.7"), 0)).ShouldBe(SocketError.AddressNotAvailable);
    }

    [Fact]
    public void Options_are_what_they_were_set_to()
    {
        using var six = _poller.CreateStream(AddressFamily.InterNetworkV6, out var error);
        Assert.SkipWhen(six is null, error.ToString());

        (_ours.NoDelay, _ours.KeepAlive, _ours.ReuseAddress, six!.OnlyIPv6) = (true, true, true, true);

        (_ours.NoDelay, _ours.KeepAlive, _ours.ReuseAddress, six.OnlyIPv6).ShouldBe((true, true, true, true));
        _ours.NoDelay = false;
        _ours.NoDelay.ShouldBeFalse();
    }

    [Fact]
    public void A_closed_socket_says_so()
    {
        _ours.Dispose();
        _ours.Dispose();

        _ours.Handle.ShouldBe(-1);
        _ours.Receive(_buffer, out _).ShouldBe(SocketError.OperationAborted);
        _ours.Send("x"u8, out _).ShouldBe(SocketError.OperationAborted);
        Should.Throw<ObjectDisposedException>(() => _ours.Local);
    }

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
        _poller.Watching().ShouldBeEmpty();
        _poller.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Ready(StreamSocket socket, Readiness readiness = Readiness.Readable)
    {
        var calls = new List<string>();
        var probe = new Probe(socket, calls);
        _poller.Watch(probe, readiness);
        while (calls.Count == 0)
        {
            _poller.Wait(-1, new PlainCalls());
        }
        _poller.Watch(probe, Readiness.None);
    }
}

public sealed class NativeSocketTests() : StreamSocketContract(new EpollPoller());

public sealed class ManagedSocketTests() : StreamSocketContract(new SelectPoller());
