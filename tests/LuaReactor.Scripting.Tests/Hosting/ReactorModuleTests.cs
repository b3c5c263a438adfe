namespace LuaReactor.Scripting.Tests.Hosting;

/// <summary><c>twisted.internet.reactor</c> as a script sees it.</summary>
public sealed class ReactorModuleTests : HostTest
{
    [Theory]
    [InlineData("reactor.stop()", "ReactorNotRunning", "Can't stop reactor that isn't running.")]
    [InlineData("reactor.crash()", "ReactorNotRunning", "Can't stop reactor that isn't running.")]
    public void Misuse_raises_Twisteds_error(string call, string name, string message)
    {
        Run($"local ok, e = pcall(function() {call} end) say(ok, e.__name or getmetatable(e).__name, e.message or tostring(e), class.isinstance and '' or '')");

        Said.Single().ShouldStartWith($"false {name} ");
        Said.Single().ShouldContain(message);
    }

    [Fact]
    public void Running_inside_run_and_after_the_end_are_told_apart()
    {
        Run("""
            local function try() local ok, e = pcall(reactor.run) say(ok, getmetatable(e).__name) end
            reactor.callLater(0, function() try() say(reactor.running) reactor.stop() reactor.stop() say(reactor.running) end)
            run()
            say(reactor.running)
            try()
            """);

        Said.ShouldBe(["false ReactorAlreadyRunning", "true", "true", "false", "false ReactorNotRestartable"]);
    }

    [Fact]
    public void A_used_port_is_an_error_with_fields()
    {
        Run("""
            local port = reactor.listenTCP(0, protocol.Factory(), { interface = "127.0.0.1" })
            local number = port:getHost().port
            local ok, e = pcall(reactor.listenTCP, number, protocol.Factory(), { interface = "127.0.0.1" })
            say(ok, getmetatable(e) == errors.CannotListenError, e.interface, e.port == number, e.socketError)
            say((tostring(e):gsub(number, "PORT")))
            port:stopListening()
            reactor.iterate(0.1)
            """);

        Said.ShouldBe([
            "false true 127.0.0.1 true [Errno 98] Address already in use",
            "Couldn't listen on 127.0.0.1:PORT: [Errno 98] Address already in use.",
        ]);
    }

    [Theory]
    [InlineData("reactor.callLater(-1, print)")]
    [InlineData("reactor.callLater(0/0, print)")]
    [InlineData("reactor.callLater(math.huge, print)")]
    [InlineData("reactor.callLater('1', print)")]
    [InlineData("reactor.callLater(1)")]
    [InlineData("reactor.callLater(1, {})")]
    [InlineData("reactor.listenTCP(70000, protocol.Factory())")]
    [InlineData("reactor.listenTCP(0)")]
    [InlineData("reactor.listenTCP(0, protocol.Factory(), { backlogg = 5 })")]
    [InlineData("reactor.connectTCP('127.0.0.1', '80', protocol.ClientFactory())")]
    [InlineData("reactor.connectTCP('127.0.0.1', 80, protocol.ClientFactory(), { timeout = -1 })")]
    [InlineData("reactor.connectTCP('127.0.0.1', 80, protocol.ClientFactory(), { time = 1 })")]
    [InlineData("reactor.addSystemEventTrigger('between', 'shutdown', print)")]
    [InlineData("reactor.resolve(5)")]
    public void A_wrong_argument_is_refused_at_the_scripts_line(string call)
    {
        Run($"\nsay(pcall(function() {call} end))");

        Said.Single().ShouldStartWith("false script.lua:2: ");
    }

    [Fact]
    public void A_dot_and_a_colon_do_the_same()
    {
        Run("""
            reactor.callLater(0, say, "dot")
            reactor:callLater(0, say, "colon")
            reactor:callLater(0.01, reactor.stop)
            run()
            """);

        Said.ShouldBe(["dot", "colon"]);
    }

    [Fact]
    public void The_main_chunk_can_await_and_resolve()
    {
        Run("""
            local d = defer.Deferred()
            reactor.callLater(0.01, function() d:callback("waited") end)
            say(defer.await(d))
            say(defer.await(reactor.resolve("localhost")))
            say(defer.await(reactor:resolve("127.0.0.1")))
            say(pcall(function() return defer.await(defer.fail(errors.ConnectionDone())) end))
            local ok, e = pcall(defer.await, reactor.resolve("no-such-name.invalid"))
            say(ok, e)
            """);

        Said.Take(3).ShouldBe(["waited", "127.0.0.1", "127.0.0.1"]);
        Said[3].ShouldStartWith("false ");
        Said[4].ShouldContain("DNS lookup failed: no-such-name.invalid.");
    }

    [Fact]
    public void Triggers_run_in_order_and_a_Deferred_holds_the_shutdown_up()
    {
        Run("""
            for _, phase in ipairs({ "after", "during", "before" }) do
              reactor.addSystemEventTrigger(phase, "startup", say, phase, "startup")
              reactor.addSystemEventTrigger(phase, "shutdown", say, phase, "shutdown")
            end
            local gone = reactor.addSystemEventTrigger("before", "shutdown", say, "never")
            reactor.removeSystemEventTrigger(gone)
            reactor.addSystemEventTrigger("before", "shutdown", function()
              local d = defer.Deferred()
              reactor.callLater(0.02, function() say("released") d:callback() end)
              return d
            end)
            reactor.callWhenRunning(reactor.stop)
            run()
            """);

        Said.ShouldBe(["before startup", "during startup", "after startup", "before shutdown", "released", "during shutdown", "after shutdown"]);
    }

    [Fact]
    public void Exit_gives_the_host_the_status()
    {
        Run("os.exit(7)");

        Exited.ShouldBe(7);
    }

    [Fact]
    public void Sixteen_mebibytes_of_every_byte_pass_unchanged_both_ways()
    {
        Run("""
            local bytes = {}
            for i = 0, 255 do bytes[i + 1] = string.char(i) end
            local sent = table.concat(bytes):rep(65536)
            local got, count = {}, 0
            pair({ dataReceived = function(self, data) self.transport:write(data) end }, {
              connectionMade = function(self) self.transport:write(sent) end,
              dataReceived = function(self, data)
                got[#got + 1] = data
                count = count + #data
                if count == #sent then self.transport:loseConnection() end
              end,
              connectionLost = function() reactor.stop() end,
            })
            run()
            say(count, table.concat(got) == sent)
            """);

        Said.ShouldBe(["16777216 true"]);
    }

    [Fact]
    public void Two_thousand_connections_leave_nothing_held()
    {
        Run("""
            local open = 0
            local Client = class("Client", protocol.Protocol)
            function Client:connectionMade()
              open = open + 1
              if open == 2000 then reactor.stop() end
            end
            local port = reactor.listenTCP(0, protocol.Factory.forProtocol(protocol.Protocol), { interface = "127.0.0.1" })
            local factory = protocol.ClientFactory.forProtocol(Client)
            for _ = 1, 2000 do reactor.connectTCP("127.0.0.1", port:getHost().port, factory) end
            run()
            say(open)
            """);
        Host.State.CollectGarbage();
        Host.State.CollectGarbage();

        Said.ShouldBe(["2000"]);
        Reactor.Connections.ShouldBeEmpty();
        Host.HeldValues.ShouldBe(0);
        Host.HeldObjects.ShouldBeLessThan(10);
    }

    [Theory]
    [InlineData("self.transport:unregisterProducer()")]
    [InlineData("pcall(self.transport.registerProducer, self.transport, second, true)")]
    [InlineData("self.transport:abortConnection()")]
    public void A_producer_is_held_while_it_is_registered_and_no_longer(string then)
    {
        Run($$"""
            local producer, second = {}, {}
            function producer:stopProducing() say("stopped") end
            second.stopProducing = producer.stopProducing
            pair({}, {
              connectionMade = function(self)
                self.transport:registerProducer(producer, true)
                {{then}}
                self.transport:loseConnection()
              end,
              connectionLost = function(self)
                self.transport:registerProducer(second, true)
                reactor.stop()
              end,
            })
            run()
            """);

        Said[^1].ShouldBe("stopped");
        Host.HeldValues.ShouldBe(0);
    }
}
