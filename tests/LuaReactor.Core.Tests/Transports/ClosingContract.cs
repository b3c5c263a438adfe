using System.Net.Sockets;
using LuaReactor.Transports;

namespace LuaReactor.Tests.Transports;

public abstract class ClosingContract(string poller) : ReactorTest(poller)
{
    [Fact]
    public void To_lose_a_connection_ends_it_cleanly_on_both_sides()
    {
        var (server, client) = Pair();

        server.Transport.LoseConnection();
        server.Reason.ShouldBeNull();
        server.Transport.Disconnecting.ShouldBeTrue();
        Until(() => client.Reason is not null);

        server.Reason.ShouldBeOfType<ConnectionDoneException>();
        client.Reason.ShouldBeOfType<ConnectionDoneException>();
        (server.Transport.Connected, client.Transport.Connected).ShouldBe((false, false));
    }

    [Fact]
    public void All_that_was_written_before_a_connection_is_lost_arrives_and_what_is_written_while_it_is_sent()
    {
        var (server, client) = Pair();

        server.Transport.Write(new byte[5_000_000]);
        server.Transport.LoseConnection();
        server.Transport.Write("more"u8);
        Until(() => client.Reason is not null);

        client.Count.ShouldBe(5_000_004);
        client.Reason.ShouldBeOfType<ConnectionDoneException>();
    }

    [Fact]
    public void A_connection_that_is_lost_reads_no_more()
    {
        var (server, peer) = PairWithPlain();
        server.Transport.Write(new byte[20_000_000]);
        server.Transport.LoseConnection();
        peer.Send("unheard"u8);
        Turns();

        server.Calls.ShouldBe(["made"]);
        server.Transport.AbortConnection();
        Turns();
    }

    [Fact]
    public void Whatever_is_done_with_a_connection_that_is_over_is_quietly_nothing()
    {
        var (server, client) = Pair();
        server.Transport.LoseConnection();
        Until(() => client.Reason is not null);

        foreach (var transport in new[] { server.Transport, client.Transport })
        {
            transport.Write("late"u8);
            transport.LoseConnection();
            transport.LoseWriteConnection();
            transport.AbortConnection();
            transport.PauseProducing();
            transport.ResumeProducing();
            transport.Unsent.ShouldBe(0);
            Should.Throw<WrongStateException>(() => transport.Host);
            Should.Throw<WrongStateException>(() => transport.NoDelay = true);
            transport.Peer.Host.ShouldBe("127.0.0.1");
        }

        Turns();
        server.Calls.ShouldBe(["made", "lost"]);
    }

    [Fact]
    public void An_abort_drops_what_is_unsent_and_is_told_later_and_once()
    {
        var (server, client) = Pair();
        server.Transport.Write(new byte[5_000_000]);

        server.Transport.AbortConnection();
        server.Transport.AbortConnection();
        server.Transport.Write("late"u8);
        server.Transport.LoseConnection();
        server.Reason.ShouldBeNull();
        server.Transport.Unsent.ShouldBe(0);
        Until(() => client.Reason is not null);

        server.Calls.ShouldBe(["made", "lost"]);
        server.Reason.ShouldBeOfType<ConnectionAbortedException>().Message
            .ShouldBe("Connection was aborted locally using ITCPTransport.abortConnection.");
        client.Reason.ShouldBeOfType<ConnectionLostException>();
        client.Count.ShouldBe(0);
    }

    [Fact]
    public void A_connection_may_be_aborted_from_its_own_callbacks()
    {
        var (server, client) = Pair(server: new Witness { OnData = one => one.Transport.AbortConnection() });

        client.Transport.Write("x"u8);
        Until(() => server.Reason is not null && client.Reason is not null);

        server.Reason.ShouldBeOfType<ConnectionAbortedException>();
        client.Reason.ShouldBeOfType<ConnectionLostException>();
    }

    [Fact]
    public void A_peers_reset_is_a_loss_that_is_not_clean()
    {
        var (server, peer) = PairWithPlain();

        peer.LingerState = new LingerOption(true, 0);
        peer.Close();
        Until(() => server.Reason is not null);

        server.Reason.ShouldBeOfType<ConnectionLostException>().Message
            .ShouldBe("Connection to the other side was lost in a non-clean fashion.");
    }

    [Fact]
    public void A_write_after_a_peers_reset_does_not_throw()
    {
        var (server, peer) = PairWithPlain();
        server.Transport.PauseProducing();
        peer.LingerState = new LingerOption(true, 0);
        peer.Close();

        server.Transport.Write("x"u8);
        Until(() => server.Reason is not null);

        server.Reason.ShouldBeOfType<ConnectionLostException>();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(5_000_000)]
    public void A_reply_to_a_peer_that_ended_its_side_at_once_arrives(int length)
    {
        var (server, peer) = PairWithPlain(new Witness { OnData = one => one.Transport.Write(new byte[length]) });
        peer.Send("hello"u8);
        peer.Shutdown(SocketShutdown.Send);
        var (buffer, count) = (new byte[65536], 0);

        Until(Answered, longest: 0.01);

        count.ShouldBe(length);
        Until(() => server.Reason is not null);
        server.Reason.ShouldBeOfType<ConnectionDoneException>();

        bool Answered()
        {
            while (peer.Poll(0, SelectMode.SelectRead))
            {
                var got = peer.Receive(buffer);
                count += got;
                if (got == 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    [Fact]
    public void Two_sides_that_support_it_close_their_directions_one_after_the_other()
    {
        var (server, client) = Pair(
            new Witness { HalfCloseable = true, OnReadLost = one => one.Transport.Write("reply"u8) },
            new Witness { HalfCloseable = true });

        client.Transport.Write("question"u8);
        client.Transport.LoseWriteConnection();
        client.Transport.Write("!"u8);
        Until(() => client.Count == 5);

        client.Calls.ShouldBe(["made", "write lost", "data"]);
        server.Calls.ShouldBe(["made", "data", "read lost"]);
        server.Text.ShouldBe("question!");

        client.Transport.Write("dropped"u8);
        server.Transport.LoseWriteConnection();
        Until(() => client.Reason is not null && server.Reason is not null);

        server.Calls.ShouldBe(["made", "data", "read lost", "write lost", "lost"]);
        client.Calls.ShouldBe(["made", "write lost", "data", "read lost", "lost"]);
        server.Reason.ShouldBeOfType<ConnectionDoneException>();
        client.Reason.ShouldBeOfType<ConnectionDoneException>();
    }

    [Fact]
    public void A_plain_peer_takes_a_half_close_for_the_whole()
    {
        var (server, client) = Pair(client: new Witness { HalfCloseable = true });

        client.Transport.LoseWriteConnection();
        Until(() => client.Reason is not null && server.Reason is not null);

        server.Calls.ShouldBe(["made", "lost"]);
        client.Calls.ShouldBe(["made", "write lost", "read lost", "lost"]);
        server.Reason.ShouldBeOfType<ConnectionDoneException>();
    }

    [Fact]
    public void A_half_closed_connection_can_be_lost()
    {
        var (server, client) = Pair(new Witness { HalfCloseable = true }, new Witness { HalfCloseable = true });
        client.Transport.LoseWriteConnection();
        Until(() => server.Calls.Contains("read lost"));

        client.Transport.LoseConnection();
        server.Transport.LoseConnection();
        Until(() => client.Reason is not null && server.Reason is not null);

        client.Reason.ShouldBeOfType<ConnectionDoneException>();
        server.Reason.ShouldBeOfType<ConnectionDoneException>();
    }

    [Fact]
    public void A_peer_that_takes_nothing_is_waited_for_no_longer_than_the_linger_timeout()
    {
        var (server, _) = PairWithPlain();
        server.Transport.Write(new byte[20_000_000]);
        server.Transport.LoseConnection();
        Turns();

        Clock.Advance(59.9);
        Turns();
        server.Reason.ShouldBeNull();
        Clock.Advance(0.2);
        Turns();

        server.Reason.ShouldBeOfType<ConnectionLostException>().Message.ShouldContain("the peer took nothing for 60 s after loseConnection");
    }

    [Fact]
    public void A_peer_that_takes_some_is_given_the_linger_timeout_anew()
    {
        var (server, peer) = PairWithPlain();
        server.Transport.Write(new byte[40_000_000]);
        server.Transport.LoseConnection();
        Turns();
        var buffer = new byte[65536];

        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(50);
            var before = server.Transport.Unsent;
            Until(() => server.Transport.Unsent < before || (peer.Poll(0, SelectMode.SelectRead) && peer.Receive(buffer) < 0), longest: 0.001);
        }

        server.Reason.ShouldBeNull();
        Clock.Advance(61);
        Turns();
        server.Reason.ShouldBeOfType<ConnectionLostException>();
    }

    [Fact]
    public void An_infinite_linger_timeout_waits_for_ever()
    {
        Reactor.LingerTimeout = double.PositiveInfinity;
        var (server, _) = PairWithPlain();
        server.Transport.Write(new byte[20_000_000]);
        server.Transport.LoseConnection();
        Turns();

        Reactor.GetDelayedCalls().ShouldBeEmpty();
        server.Transport.AbortConnection();
        Turns();
    }

    [Fact]
    public void Data_received_that_throws_loses_its_connection_with_that_error_and_no_other()
    {
        var boom = new InvalidOperationException("boom");
        var (other, otherClient) = Pair();
        var (server, client) = Pair(new Witness { OnData = _ => throw boom });

        client.Transport.Write("x"u8);
        Until(() => client.Reason is not null);
        otherClient.Transport.Write("fine"u8);
        Until(() => other.Count == 4);

        server.Reason.ShouldBe(boom);
        server.Calls.ShouldBe(["made", "data", "lost"]);
        client.Reason.ShouldBeOfType<ConnectionDoneException>();
        Errors.ShouldBe(["boom"]);
        CloseAll();
    }

    [Fact]
    public void A_connection_lost_that_throws_is_logged_and_the_factory_is_told_all_the_same()
    {
        var port = Listen(new WitnessFactory(() => new Witness { OnMade = one => one.Transport.LoseConnection() }));
        var clients = new WitnessFactory(() => new Witness { OnLost = _ => throw new InvalidOperationException("boom") });
        Connect(port, clients);

        Until(() => clients.Loss is not null);

        Errors.ShouldBe(["boom"]);
        clients.Calls.ShouldBe(["start", "started Connecting", "build", "lost Disconnected", "stop"]);
        CloseAll();
    }

    [Fact]
    public void A_reader_that_is_paused_hears_of_nothing_and_then_of_the_data_first()
    {
        var (server, client) = Pair();
        server.Transport.PauseProducing();
        client.Transport.Write("data"u8);
        client.Transport.LoseConnection();
        Until(() => client.Reason is not null);
        Turns();
        server.Calls.ShouldBe(["made"]);

        server.Transport.ResumeProducing();
        Until(() => server.Reason is not null);

        server.Calls.ShouldBe(["made", "data", "lost"]);
        server.Text.ShouldBe("data");
        server.Reason.ShouldBeOfType<ConnectionDoneException>();
    }

    [Fact]
    public void A_reader_may_pause_in_its_own_callback()
    {
        var (server, client) = Pair(new Witness { OnData = one => one.Transport.PauseProducing() });
        client.Transport.Write(new byte[200_000]);

        Until(() => server.Count > 0);
        Turns(20);
        server.Calls.ShouldBe(["made", "data"]);

        server.OnData = null;
        server.Transport.ResumeProducing();
        Until(() => server.Count == 200_000);
        CloseAll();
    }
}

public sealed class EpollClosingTests() : ClosingContract("epoll");

public sealed class SelectClosingTests() : ClosingContract("select");
