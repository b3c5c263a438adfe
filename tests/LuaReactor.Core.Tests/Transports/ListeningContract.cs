using System.Net;
using System.Net.Sockets;
using LuaReactor.Sockets;
using LuaReactor.Transports;

namespace LuaReactor.Tests.Transports;

public abstract class ListeningContract(string poller) : ReactorTest(poller)
{
    [Fact]
    public void Port_0_is_a_port_of_the_systems_choice_and_of_all_of_IPv4()
    {
        var port = Reactor.ListenTcp(0, new WitnessFactory());

        port.Host.Port.ShouldBeGreaterThan(0);
        port.Host.Host.ShouldBe("0.0.0.0");
        port.Listening.ShouldBeTrue();
        CloseAll();
    }

    [Fact]
    public void A_port_of_IPv6_takes_a_connection_and_tells_both_addresses()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        var (servers, clients) = (new WitnessFactory(), new WitnessFactory());
        var port = Reactor.ListenTcp(0, servers, @interface: "::1");

        Reactor.ConnectTcp("::1", port.Host.Port, clients);
        Until(() => servers.Made.Count == 1 && clients.Made.Count == 1);

        var (server, client) = (servers.Made[0].Transport, clients.Made[0].Transport);
        server.Host.ShouldBe(port.Host);
        client.Peer.ShouldBe(port.Host);
        server.Peer.ShouldBe(client.Host);
        client.Host.Host.ShouldBe("::1");
        CloseAll();
    }

    [Fact]
    public void An_interface_may_be_a_name()
    {
        var port = Reactor.ListenTcp(0, new WitnessFactory(), @interface: "localhost");

        port.Host.Host.ShouldBe("127.0.0.1");
        CloseAll();
    }

    [Fact]
    public void A_used_port_cannot_be_listened_on_and_the_factory_is_not_started()
    {
        var first = Listen(new WitnessFactory());
        var factory = new WitnessFactory();
        var number = first.Host.Port;

        var error = Should.Throw<CannotListenException>(() => Reactor.ListenTcp(number, factory, @interface: "127.0.0.1"));

        error.Message.ShouldBe($"Couldn't listen on 127.0.0.1:{number}: [Errno 98] Address already in use.");
        (error.Interface, error.Port, error.Name).ShouldBe(("127.0.0.1", number, "CannotListenError"));
        factory.Calls.ShouldBeEmpty();
        CloseAll();
    }

    [Fact]
    public void A_used_port_of_all_interfaces_is_told_as_any()
    {
        var number = Reactor.ListenTcp(0, new WitnessFactory()).Host.Port;

        Should.Throw<CannotListenException>(() => Reactor.ListenTcp(number, new WitnessFactory()))
            .Message.ShouldBe($"Couldn't listen on any:{number}: [Errno 98] Address already in use.");
        CloseAll();
    }

    [Fact]
    public void A_foreign_address_and_an_unknown_name_cannot_be_listened_on()
    {
        Should.Throw<CannotListenException>(() => Reactor.ListenTcp(0, new WitnessFactory(), @interface: "203.0.113.7"))
            .Message.ShouldBe("Couldn't listen on 203.0.113.7:0: [Errno 99] Cannot assign requested address.");
        Should.Throw<CannotListenException>(() => Reactor.ListenTcp(0, new WitnessFactory(), @interface: "no.such.invalid"))
            .Message.ShouldBe("Couldn't listen on no.such.invalid:0: [Errno -2] Name or service not known.");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    public void A_number_that_is_no_port_is_refused_at_the_call(int port)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Reactor.ListenTcp(port, new WitnessFactory()));
        Should.Throw<ArgumentOutOfRangeException>(() => Reactor.ConnectTcp("127.0.0.1", port, new WitnessFactory()));
        Should.Throw<ArgumentOutOfRangeException>(() => Reactor.ConnectTcp("localhost", port, new WitnessFactory()));
    }

    [Fact]
    public void A_port_is_bound_at_once_and_what_was_sent_before_the_loop_turned_is_delivered()
    {
        var factory = new WitnessFactory();
        var peer = Plain(Listen(factory));
        peer.Send("early"u8);

        Until(() => factory.Made is [{ Count: 5 }]);

        factory.Made[0].Text.ShouldBe("early");
        CloseAll();
    }

    [Fact]
    public void A_port_that_stops_listening_leaves_its_connections_and_frees_its_number()
    {
        var factory = new WitnessFactory();
        var port = Listen(factory);
        var peer = Plain(port);
        Until(() => factory.Made.Count == 1);
        var number = port.Host.Port;

        port.StopListening(() => Ran.Add("done"));
        port.StopListening(() => Ran.Add("done again"));
        Ran.ShouldBeEmpty();
        Turns(1);

        Ran.ShouldBe(["done", "done again"]);
        factory.Calls.ShouldBe(["start", "build", "stop"]);
        Should.Throw<WrongStateException>(() => port.Host);
        peer.Send("hi"u8);
        Until(() => factory.Made[0].Count == 2);
        Reactor.ListenTcp(number, factory, @interface: "127.0.0.1").Host.Port.ShouldBe(number);
        CloseAll();
    }

    [Fact]
    public void A_port_may_listen_again()
    {
        var factory = new WitnessFactory(() => null);
        var port = Listen(factory);
        Should.Throw<WrongStateException>(port.StartListening);
        port.StopListening();
        Turns(1);

        port.StartListening();

        factory.Calls.ShouldBe(["start", "stop", "start"]);
        CloseAll();
    }

    [Fact]
    public void A_server_that_builds_no_protocol_closes_the_connection_cleanly()
    {
        var clients = new WitnessFactory();
        Connect(Listen(new WitnessFactory(() => null)), clients);

        Until(() => clients.Loss is not null);

        clients.Loss.ShouldBeOfType<ConnectionDoneException>();
        Errors.ShouldBeEmpty();
        CloseAll();
    }

    [Fact]
    public void A_server_whose_factory_throws_logs_it_and_closes_the_connection()
    {
        var clients = new WitnessFactory();
        Connect(Listen(new WitnessFactory(() => throw new InvalidOperationException("no protocol"))), clients);

        Until(() => clients.Loss is not null);

        clients.Loss.ShouldBeOfType<ConnectionDoneException>();
        Errors.ShouldBe(["no protocol"]);
        Reactor.Connections.ShouldBeEmpty();
        CloseAll();
    }

    [Fact]
    public void A_server_whose_protocol_throws_as_it_is_connected_loses_it_with_that_error()
    {
        var boom = new InvalidOperationException("boom");
        var servers = new WitnessFactory(() => new Witness { OnMade = _ => throw boom });
        var clients = new WitnessFactory();
        Connect(Listen(servers), clients);

        Until(() => clients.Loss is not null);

        servers.Made[0].Reason.ShouldBe(boom);
        servers.Made[0].Calls.ShouldBe(["made", "lost"]);
        clients.Loss.ShouldBeOfType<ConnectionDoneException>();
        Errors.ShouldBe(["boom"]);
        CloseAll();
    }

    [Fact]
    public void A_factory_may_stop_listening_while_it_builds()
    {
        Port? port = null;
        var factory = new WitnessFactory(() =>
        {
            port!.StopListening();
            return new Witness();
        });
        port = Listen(factory);
        Plain(port);
        Plain(port);

        Until(() => factory.Calls.Contains("stop"));

        factory.Made.Count.ShouldBe(1);
        CloseAll();
    }

    [Fact]
    public void Two_thousand_connections_at_once_are_all_served_and_all_closed()
    {
        const int Many = 2000;
        Assert.SkipWhen(DescriptorLimit.Remaining() < (2 * Many) + 200, "too few descriptors here");
        var servers = new WitnessFactory(() => new Witness { OnData = one => one.Transport.Write("hello"u8) });
        var clients = new WitnessFactory(() => new Witness
        {
            OnMade = one => one.Transport.Write("hi"u8),
            OnData = one => one.Transport.LoseConnection(),
        });
        var port = Listen(servers);

        for (var i = 0; i < Many; i++)
        {
            Connect(port, clients);
        }

        Until(() => clients.Made.Count(one => one.Reason is not null) == Many && servers.Made.Count(one => one.Reason is not null) == Many);

        clients.Made.ShouldAllBe(one => one.Text == "hello" && one.Reason is ConnectionDoneException);
        servers.Made.ShouldAllBe(one => one.Text == "hi" && one.Reason is ConnectionDoneException);
        CloseAll();
    }
}

public sealed class EpollListeningTests() : ListeningContract("epoll");

public sealed class SelectListeningTests() : ListeningContract("select");
