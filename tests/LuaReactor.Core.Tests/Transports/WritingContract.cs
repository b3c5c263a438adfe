using LuaReactor.Transports;

namespace LuaReactor.Tests.Transports;

public abstract class WritingContract(string poller) : ReactorTest(poller)
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Small_writes_of_one_callback_arrive_as_one()
    {
        var (server, client) = Pair();

        Reactor.CallLater(0, () =>
        {
            foreach (var digit in "0123456789"u8)
            {
                client.Transport.Write([digit]);
                client.Transport.Write([]);
            }
        });
        Until(() => server.Count > 0);

        server.Text.ShouldBe("0123456789");
        server.Calls.ShouldBe(["made", "data"]);
        CloseAll();
    }

    [Fact]
    public void Replies_leave_in_the_turn_that_made_them()
    {
        var (server, peer) = PairWithPlain(new Witness { OnData = one => one.Transport.Write("reply"u8) });
        peer.Send("question"u8);
        Until(() => server.Count > 0);

        server.Transport.Unsent.ShouldBe(0);
        peer.Receive(new byte[10]).ShouldBe(5);
        CloseAll();
    }

    [Theory]
    [InlineData(8191, 8191)]
    [InlineData(8192, 0)]
    public void A_small_reply_waits_for_those_of_other_callbacks_and_a_large_one_does_not(int size, long unsentMeanwhile)
    {
        Witness? before = null;
        long? unsent = null;
        void Reply(Witness one)
        {
            unsent ??= before?.Transport.Unsent;
            before = one;
            one.Transport.Write(new byte[size]);
        }

        var (first, second) = (PairWithPlain(new Witness { OnData = Reply }), PairWithPlain(new Witness { OnData = Reply }));
        // Until both are called in one turn, which nothing promises.
        for (; unsent is null; Turns(1))
        {
            before = null;
            first.Peer.Send("x"u8);
            second.Peer.Send("x"u8);
        }

        unsent.ShouldBe(unsentMeanwhile);
        first.Server.Transport.Unsent.ShouldBe(0);
        second.Server.Transport.Unsent.ShouldBe(0);
        CloseAll();
    }

    [Fact]
    public void A_write_is_copied_and_not_sent_inside_the_call()
    {
        var (server, client) = Pair();
        var data = "first"u8.ToArray();

        client.Transport.Write(data);
        "later"u8.CopyTo(data);
        client.Transport.Unsent.ShouldBe(5);
        Until(() => server.Count == 5);

        server.Text.ShouldBe("first");
        client.Transport.Unsent.ShouldBe(0);
        CloseAll();
    }

    [Fact]
    public void Every_value_of_a_byte_goes_through()
    {
        var all = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        var (server, client) = Pair(new Witness { OnData = one => one.Transport.Write(one.Received.AsSpan()[^256..]) });

        client.Transport.Write(all);
        Until(() => client.Count == 256);

        client.Received.ShouldBe(all);
        CloseAll();
    }

    [Fact]
    public void Pieces_of_every_size_arrive_in_order_and_at_most_64_KiB_at_once()
    {
        var (server, client) = Pair();
        var sent = new List<byte>();
        var random = new Random(1);

        foreach (var size in (int[])[1, 4095, 4096, 4097, 65535, 65536, 65537, 300_000, 3, 1_000_000, 70_000, 1])
        {
            var piece = new byte[size];
            random.NextBytes(piece);
            sent.AddRange(piece);
            client.Transport.Write(piece);
        }

        Until(() => server.Count == sent.Count);

        server.Received.AsSpan().SequenceEqual(sent.ToArray()).ShouldBeTrue();
        server.Largest.ShouldBeLessThanOrEqualTo(65536);
        CloseAll();
    }

    [Theory]
    [InlineData(100 * 1024 * 1024)]
    [InlineData(1024 * 1024)]
    [InlineData(10_000)]
    public void What_a_peer_does_not_read_is_held_and_no_more_than_that_while_others_are_served(int pieceLength)
    {
        var (server, _) = PairWithPlain();
        var (other, otherClient) = Pair(new Witness { OnData = one => one.Transport.Write(one.Received) });
        var piece = new byte[pieceLength];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var written = 0L; written < 100 * MiB; written += pieceLength)
        {
            server.Transport.Write(piece);
        }

        Turns();
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        otherClient.Transport.Write("served"u8);
        Until(() => otherClient.Count == 6);

        server.Transport.Unsent.ShouldBeInRange(80 * MiB, (100 * MiB) + pieceLength);
        held.ShouldBeLessThan(105 * MiB);
        CloseAll();
        GC.KeepAlive(piece);
    }

    [Fact]
    public void A_peer_that_reads_as_fast_as_we_write_does_not_keep_others_waiting()
    {
        var (big, bigClient) = Pair();
        var (small, smallClient) = Pair();
        big.Transport.Write(new byte[50 * MiB]);
        smallClient.Transport.Write("x"u8);

        Until(() => small.Count == 1);

        bigClient.Count.ShouldBeLessThan(25 * MiB);
        CloseAll();
    }

    [Fact]
    public void A_push_producer_is_paused_above_64_KiB_and_resumed_when_all_is_sent()
    {
        var (server, client) = Pair();
        var producer = new Producer();
        server.Transport.RegisterProducer(producer, streaming: true);
        producer.Calls.ShouldBeEmpty();

        server.Transport.Write(new byte[65536]);
        producer.Calls.ShouldBeEmpty();
        server.Transport.Write([1]);
        server.Transport.Write([2]);
        producer.Calls.ShouldBe(["pause"]);
        Until(() => client.Count == 65538);

        producer.Calls.ShouldBe(["pause", "resume"]);
        server.Transport.UnregisterProducer();
        CloseAll();
    }

    [Fact]
    public void A_push_producer_that_obeys_sends_everything_and_fills_no_more_than_it_must()
    {
        var (server, client) = Pair();
        const int Total = 20_000_000;
        var (sent, most) = (0, 0L);
        Producer? producer = null;
        producer = new Producer { OnResume = Fill };
        server.Transport.RegisterProducer(producer, streaming: true);

        Fill();
        Until(() => client.Reason is not null);

        client.Count.ShouldBe(Total);
        most.ShouldBeLessThan(65536 + 500_001);

        void Fill()
        {
            do
            {
                server.Transport.Write(new byte[500_000]);
                sent += 500_000;
                most = Math.Max(most, server.Transport.Unsent);
            }
            while (producer!.Calls is [] or [.., "resume"] && sent < Total);
            if (sent == Total)
            {
                server.Transport.UnregisterProducer();
                server.Transport.LoseConnection();
            }
        }
    }

    [Fact]
    public void A_pull_producer_is_asked_for_each_piece_when_the_one_before_is_sent()
    {
        var (server, client) = Pair();
        var pieces = 0;
        var producer = new Producer { OnResume = () => Give() };

        server.Transport.RegisterProducer(producer, streaming: false);
        pieces.ShouldBe(1);
        Until(() => client.Reason is not null);

        client.Count.ShouldBe(10 * 1000);
        producer.Calls.ShouldBe([.. Enumerable.Repeat("resume", 10), "let go"]);

        void Give()
        {
            server.Transport.Write(new byte[1000]);
            if (++pieces == 10)
            {
                server.Transport.UnregisterProducer();
                server.Transport.LoseConnection();
            }
        }
    }

    [Fact]
    public void A_close_waits_for_a_pull_producer_to_end()
    {
        var (server, client) = Pair();
        var pieces = 0;
        var producer = new Producer
        {
            OnResume = () =>
            {
                server.Transport.Write("piece"u8);
                if (++pieces == 3)
                {
                    server.Transport.UnregisterProducer();
                }
            },
        };
        server.Transport.RegisterProducer(producer, streaming: false);

        server.Transport.LoseConnection();
        Until(() => client.Reason is not null);

        client.Text.ShouldBe("piecepiecepiece");
    }

    [Fact]
    public void A_producer_that_throws_loses_its_connection_with_that_error()
    {
        var boom = new InvalidOperationException("boom");
        var (server, client) = Pair();
        var calls = 0;
        server.Transport.RegisterProducer(new Producer { OnResume = () => Give() }, streaming: false);

        Until(() => client.Reason is not null);

        server.Reason.ShouldBe(boom);
        Errors.ShouldBe(["boom"]);

        void Give()
        {
            server.Transport.Write("x"u8);
            if (++calls == 2)
            {
                throw boom;
            }
        }
    }

    [Fact]
    public void A_second_producer_is_refused()
    {
        var (server, _) = Pair();
        var (first, second) = (new Producer(), new Producer());
        server.Transport.RegisterProducer(first, streaming: true);

        Should.Throw<WrongStateException>(() => server.Transport.RegisterProducer(second, streaming: true))
            .Message.ShouldBe($"Cannot register producer {second}, because producer {first} was never unregistered.");
        CloseAll();
    }

    [Fact]
    public void A_producer_is_stopped_before_its_connection_is_lost_and_at_once_on_one_that_is()
    {
        var producer = new Producer(Ran);
        var (server, client) = Pair(new Witness { OnLost = _ => Ran.Add("lost") });
        server.Transport.RegisterProducer(producer, streaming: true);

        client.Transport.LoseConnection();
        Until(() => server.Reason is not null);
        Ran.ShouldBe(["stop", "let go", "lost"]);

        server.Transport.RegisterProducer(producer, streaming: true);
        Ran.ShouldBe(["stop", "let go", "lost", "stop", "let go"]);
    }

    [Fact]
    public void A_producer_is_let_go_once_when_it_is_unregistered()
    {
        var producer = new Producer();
        var (server, _) = Pair();
        server.Transport.RegisterProducer(producer, streaming: true);

        server.Transport.UnregisterProducer();
        server.Transport.UnregisterProducer();

        producer.Calls.ShouldBe(["let go"]);
        CloseAll();
        producer.Calls.ShouldBe(["let go"]);
    }

    [Fact]
    public void Options_of_the_socket_are_off_until_set()
    {
        var (server, _) = Pair();
        (server.Transport.NoDelay, server.Transport.KeepAlive).ShouldBe((false, false));

        (server.Transport.NoDelay, server.Transport.KeepAlive) = (true, true);

        (server.Transport.NoDelay, server.Transport.KeepAlive).ShouldBe((true, true));
        CloseAll();
    }

    private sealed class Producer(List<string>? calls = null) : IProducer
    {
        public List<string> Calls { get; } = calls ?? [];

        public Action? OnResume { get; init; }

        public void PauseProducing() => Calls.Add("pause");

        public void ResumeProducing()
        {
            Calls.Add("resume");
            OnResume?.Invoke();
        }

        public void StopProducing() => Calls.Add("stop");

        public void Unregistered() => Calls.Add("let go");
    }
}

public sealed class EpollWritingTests() : WritingContract("epoll");

public sealed class SelectWritingTests() : WritingContract("select");
