using System.Net;
using LuaReactor.Sockets;
using LuaReactor.Transports;

namespace LuaReactor.Tests.Transports;

public abstract class ConnectingContract(string poller) : ReactorTest(poller)
{
    [Fact]
    public void A_good_connection_tells_factory_and_protocol_in_Twisteds_order()
    {
        var port = Listen(new WitnessFactory(() => new Witness { OnMade = one => one.Transport.LoseConnection() }));
        var clients = new WitnessFactory(
            () => new Witness { OnMade = _ => Ran.Add("made"), OnLost = _ => Ran.Add("lost") }, Ran);

        var connector = Connect(port, clients);
        connector.State.ShouldBe(ConnectorState.Connecting);
        Ran.ShouldBe(["start", "started Connecting"]);
        Until(() => clients.Loss is not null);

        Ran.ShouldBe(["start", "started Connecting", "build", "made", "lost", "lost Disconnected", "stop"]);
        clients.Loss.ShouldBeOfType<ConnectionDoneException>().Message.ShouldBe("Connection was closed cleanly.");
        CloseAll();
    }

    [Fact]
    public void A_refused_connection_fails_after_the_call_has_returned()
    {
        var clients = new WitnessFactory();

        Reactor.ConnectTcp("127.0.0.1", ClosedPort(), clients);
        clients.Failure.ShouldBeNull();
        Until(() => clients.Failure is not null);

        clients.Failure.ShouldBeOfType<ConnectionRefusedException>().Message
            .ShouldBe("Connection was refused by other side: 111: Connection refused.");
        clients.Calls.ShouldBe(["start", "started Connecting", "failed Disconnected", "stop"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("127.1")]
    public void This_machine_has_many_names(string host)
    {
        var clients = new WitnessFactory();
        var port = Listen(new WitnessFactory());

        Reactor.ConnectTcp(host, port.Host.Port, clients);
        Until(() => clients.Made.Count == 1);

        clients.Made[0].Transport.Peer.Host.ShouldBe(host.Length == 0 ? "0.0.0.0" : "127.0.0.1");
        CloseAll();
    }

    [Theory]
    [InlineData("no.such.invalid")]
    [InlineData("a b")]
    [InlineData("a123456789b123456789c123456789d123456789e123456789f123456789g123456789.invalid")]
    public void A_name_without_an_address_fails_with_the_name(string host)
    {
        var clients = new WitnessFactory();

        Reactor.ConnectTcp(host, 80, clients);
        Until(() => clients.Failure is not null);

        clients.Failure.ShouldBeOfType<DnsLookupException>().Message.ShouldBe($"DNS lookup failed: {host}.");
        clients.Calls.Last().ShouldBe("stop");
    }

    [Fact]
    public void A_name_longer_than_any_may_be_fails_with_the_name()
    {
        var clients = new WitnessFactory();

        Reactor.ConnectTcp(new string('a', 300), 80, clients);
        Until(() => clients.Failure is not null);

        clients.Failure.ShouldBeOfType<DnsLookupException>();
    }

    [Fact]
    public void An_attempt_nobody_answers_times_out_after_30_seconds()
    {
        var clients = new WitnessFactory();
        Reactor.ConnectTcp("127.0.0.1", FullPort.Number(Holder), clients);

        Clock.Advance(29.9);
        Turns();
        clients.Failure.ShouldBeNull();
        Clock.Advance(0.2);
        Turns();

        clients.Failure.ShouldBeOfType<ConnectTimeoutException>().Message.ShouldBe("User timeout caused connection failure.");
        clients.Calls.ShouldBe(["start", "started Connecting", "failed Disconnected", "stop"]);
    }

    [Fact]
    public void A_timeout_of_ones_own_is_kept_and_an_infinite_one_sets_no_timer()
    {
        var (short_, none) = (new WitnessFactory(), new WitnessFactory());
        var full = FullPort.Number(Holder);
        Reactor.ConnectTcp("127.0.0.1", full, short_, timeout: 5);
        var endless = Reactor.ConnectTcp("127.0.0.1", full, none, timeout: double.PositiveInfinity);
        Reactor.GetDelayedCalls().Count.ShouldBe(1);

        Clock.Advance(5);
        Turns();

        short_.Failure.ShouldBeOfType<ConnectTimeoutException>();
        endless.State.ShouldBe(ConnectorState.Connecting);
        endless.Disconnect();
        none.Failure.ShouldBeOfType<UserAbortException>();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_timeout_that_is_no_delay_is_refused_at_the_call(double timeout)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Reactor.ConnectTcp("127.0.0.1", 80, new WitnessFactory(), timeout));
    }

    [Fact]
    public void An_attempt_that_is_stopped_fails_with_the_users_wish()
    {
        var clients = new WitnessFactory();
        var connector = Reactor.ConnectTcp("127.0.0.1", FullPort.Number(Holder), clients);

        connector.StopConnecting();

        clients.Failure.ShouldBeOfType<UserAbortException>().Message.ShouldBe("User aborted connection.");
        connector.State.ShouldBe(ConnectorState.Disconnected);
        Should.Throw<NotConnectingException>(connector.StopConnecting);
    }

    [Fact]
    public void An_attempt_may_be_stopped_as_it_starts_and_while_its_name_is_looked_up()
    {
        var clients = new WitnessFactory { OnStarted = connector => connector.StopConnecting() };

        Reactor.ConnectTcp("localhost", 80, clients);

        clients.Failure.ShouldBeOfType<UserAbortException>();
        Until(() => Reactor.LookUpsUnderway == 0);
        clients.Calls.ShouldBe(["start", "started Connecting", "failed Disconnected", "stop"]);
    }

    [Fact]
    public void Connecting_names_at_once_share_a_look_up()
    {
        var clients = new WitnessFactory();
        var number = ClosedPort();

        Reactor.ConnectTcp("localhost", number, clients);
        Reactor.ConnectTcp("localhost", number, clients);

        Reactor.LookUpsUnderway.ShouldBe(1);
        Until(() => clients.Calls.Count(call => call == "failed Disconnected") == 2);
    }

    [Fact]
    public void A_connected_connector_can_neither_stop_connecting_nor_connect()
    {
        var clients = new WitnessFactory();
        var connector = Connect(Listen(new WitnessFactory()), clients);
        Until(() => connector.State == ConnectorState.Connected);

        Should.Throw<NotConnectingException>(connector.StopConnecting).Message.ShouldBe(
            "The Connector was not connecting when it was asked to stop connecting: we're not trying to connect.");
        Should.Throw<WrongStateException>(connector.Connect).Message.ShouldBe("can't connect in this state");

        connector.Disconnect();
        Until(() => clients.Loss is not null);
        clients.Loss.ShouldBeOfType<ConnectionDoneException>();
        CloseAll();
    }

    [Fact]
    public void A_client_may_connect_again_as_it_is_lost_and_its_factory_stays_started()
    {
        var port = Listen(new WitnessFactory(() => new Witness { OnMade = one => one.Transport.LoseConnection() }));
        WitnessFactory? clients = null;
        clients = new WitnessFactory
        {
            OnLost = connector =>
            {
                if (clients!.Made.Count < 3)
                {
                    connector.Connect();
                }
            },
        };
        Connect(port, clients);

        Until(() => clients.Calls.Contains("stop"));

        clients.Made.Count.ShouldBe(3);
        clients.Calls.Count(call => call == "start").ShouldBe(1);
        CloseAll();
    }

    [Fact]
    public void A_client_may_connect_again_later_and_its_factory_is_started_again()
    {
        var port = Listen(new WitnessFactory(() => new Witness { OnMade = one => one.Transport.LoseConnection() }));
        var clients = new WitnessFactory();
        var connector = Connect(port, clients);
        Until(() => clients.Calls.Contains("stop"));

        connector.Connect();
        Until(() => clients.Calls.Count(call => call == "stop") == 2);

        clients.Calls.Count(call => call == "start").ShouldBe(2);
        CloseAll();
    }

    [Fact]
    public void A_client_may_try_again_as_it_fails()
    {
        var tries = 0;
        var clients = new WitnessFactory
        {
            OnFailed = connector =>
            {
                if (++tries < 3)
                {
                    connector.Connect();
                }
            },
        };
        Reactor.ConnectTcp("127.0.0.1", ClosedPort(), clients);

        Until(() => clients.Calls.Contains("stop"));

        tries.ShouldBe(3);
    }

    [Fact]
    public void A_connection_comes_from_the_address_it_was_bound_to()
    {
        var servers = new WitnessFactory();
        var port = Listen(servers);

        Reactor.ConnectTcp("127.0.0.1", port.Host.Port, new WitnessFactory(), bindAddress: Address.From(IPAddress.Parse("127.0.0.2"), 0));
        Until(() => servers.Made.Count == 1);

        servers.Made[0].Transport.Peer.Host.ShouldBe("127.0.0.2");
        CloseAll();
    }

    [Fact]
    public void An_address_that_cannot_be_bound_fails_the_attempt_later()
    {
        var clients = new WitnessFactory();

        Reactor.ConnectTcp("127.0.0.1", ClosedPort(), clients, bindAddress: Address.From(IPAddress.Parse("203.0.113.7"), 0));
        clients.Failure.ShouldBeNull();
        Turns(2);

        clients.Failure.ShouldBeOfType<ConnectBindException>().Message.ShouldBe("Couldn't bind: 99: Cannot assign requested address.");
    }

    [Fact]
    public void A_client_that_builds_no_protocol_hears_of_a_clean_loss()
    {
        var clients = new WitnessFactory(() => null);
        Connect(Listen(new WitnessFactory()), clients);

        Until(() => clients.Calls.Contains("stop"));

        clients.Calls.ShouldBe(["start", "started Connecting", "build", "lost Disconnected", "stop"]);
        clients.Loss.ShouldBeOfType<ConnectionDoneException>();
        CloseAll();
    }

    [Fact]
    public void A_client_whose_factory_throws_logs_it_and_fails()
    {
        var servers = new WitnessFactory();
        var clients = new WitnessFactory(() => throw new InvalidOperationException("no protocol"));
        Connect(Listen(servers), clients);

        Until(() => servers.Made is [{ Reason: not null }]);

        clients.Calls.ShouldBe(["start", "started Connecting", "build", "failed Disconnected", "stop"]);
        clients.Failure.ShouldBeOfType<ConnectException>().Message.ShouldStartWith("An error occurred while connecting: no protocol");
        Errors.ShouldBe(["no protocol"]);
        CloseAll();
    }

    [Fact]
    public void A_client_whose_protocol_throws_as_it_is_connected_is_lost_with_that_error()
    {
        var boom = new InvalidOperationException("boom");
        var clients = new WitnessFactory(() => new Witness { OnMade = _ => throw boom });
        Connect(Listen(new WitnessFactory()), clients);

        Until(() => clients.Loss is not null);

        (clients.Loss, clients.Made[0].Reason).ShouldBe((boom, boom));
        Errors.ShouldBe(["boom"]);
        CloseAll();
    }

    [Fact]
    public void A_client_that_throws_as_it_fails_is_told_once()
    {
        var clients = new WitnessFactory { OnFailed = _ => throw new InvalidOperationException("boom") };
        Reactor.ConnectTcp("127.0.0.1", ClosedPort(), clients);

        Until(() => clients.Failure is not null);
        Turns();

        Errors.ShouldBe(["boom"]);
        clients.Calls.ShouldBe(["start", "started Connecting", "failed Disconnected", "stop"]);
    }
}

public sealed class EpollConnectingTests() : ConnectingContract("epoll");

public sealed class SelectConnectingTests() : ConnectingContract("select");
