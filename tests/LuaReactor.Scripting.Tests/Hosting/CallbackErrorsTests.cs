namespace LuaReactor.Scripting.Tests.Hosting;

/// <summary>An error in a callback is logged with the script's line, costs that connection alone, and the loop goes on.</summary>
public sealed class CallbackErrorsTests : HostTest
{
    [Theory]
    [InlineData("dataReceived")]
    [InlineData("connectionMade")]
    [InlineData("connectionLost")]
    public void In_a_servers_protocol(string method)
    {
        Run($$"""
            local function boom() error("boom") end
            local lost = 0
            pair({
              dataReceived = function(self, data) self.transport:loseConnection() end,
              {{method}} = boom,
            }, {
              connectionMade = function(self) self.transport:write("x") end,
              connectionLost = function(self, reason)
                say("lost")
                if self.factory.bystander then reactor.stop() end
              end,
            }, nil, {
              clientConnectionLost = function(self, connector)
                if not self.bystander then self.bystander = true connector:connect() end
              end,
            })
            run()
            """);

        Said.ShouldBe(["lost", "lost"]);
        Logged.ShouldContain(message => message.Contains("script.lua:1: boom"), string.Join('\n', Logged));
    }

    [Fact]
    public void In_a_servers_buildProtocol_the_peer_is_disconnected()
    {
        Run("""
            local function boom() error("boom") end
            pair({}, { connectionLost = function() say("lost") reactor.stop() end }, { buildProtocol = boom })
            run()
            """);

        Said.ShouldBe(["lost"]);
        Logged.Single().ShouldContain("script.lua:1: boom");
    }

    [Fact]
    public void In_a_servers_doStop_the_end_goes_on()
    {
        Run("""
            local function boom() error("boom") end
            pair({ connectionMade = function(self) self.transport:loseConnection() end }, {
              connectionLost = function() reactor.stop() end,
            }, { doStop = boom })
            run()
            say("ended")
            """);

        Said.ShouldBe(["ended"]);
        Logged.Single().ShouldContain("script.lua:1: boom");
    }

    [Theory]
    [InlineData("clientConnectionFailed")]
    [InlineData("startedConnecting")]
    [InlineData("clientConnectionLost")]
    [InlineData("buildProtocol")]
    public void In_a_clients_factory(string method)
    {
        Run($$"""
            local function boom() error("boom") end
            pair({ connectionMade = function(self) self.transport:loseConnection() end }, {}, nil, { {{method}} = boom })
            local refused = protocol.ClientFactory()
            refused.{{method}} = boom
            reactor.connectTCP("127.0.0.1", 1, refused)
            reactor.callLater(0.3, function() say("goes on") reactor.stop() end)
            run()
            """);

        Said.ShouldBe(["goes on"]);
        Logged.Count(message => message.Contains("script.lua:1: boom")).ShouldBeGreaterThan(0, string.Join('\n', Logged));
    }

    [Theory]
    [InlineData("reactor.callLater(0, boom)")]
    [InlineData("reactor.callWhenRunning(boom)")]
    [InlineData("reactor.callFromThread(boom)")]
    [InlineData("reactor.addSystemEventTrigger('before', 'startup', boom)")]
    [InlineData("reactor.addSystemEventTrigger('during', 'shutdown', boom)")]
    public void In_a_call_made_later(string call)
    {
        Run($$"""
            local function boom() error("boom") end
            {{call}}
            reactor.callLater(0.02, function() say("goes on") reactor.stop() end)
            run()
            """);

        Said.ShouldBe(["goes on"]);
        Logged.Single().ShouldContain("script.lua:1: boom");
    }

    [Fact]
    public void In_lineReceived_the_lines_after_it_are_not_delivered_and_other_connections_live()
    {
        Run("""
            local Lines = class("Lines", basic.LineReceiver)
            function Lines:lineReceived(line)
              if line == "bad" then error("boom") end
              self:sendLine("got " .. line)
            end
            local port = reactor.listenTCP(0, protocol.Factory.forProtocol(Lines), { interface = "127.0.0.1" })
            local Client = class("Client", basic.LineReceiver)
            function Client:connectionMade() self:sendLine(self.factory.first) end
            function Client:lineReceived(line) say(line) if line == "got end" then reactor.stop() end end
            function Client:connectionLost(reason)
              if self.factory.first ~= "good" then
                say("lost")
                good:sendLine("end")
              end
            end
            local function connect(first)
              local factory = protocol.ClientFactory.forProtocol(Client)
              factory.first = first
              reactor.connectTCP("127.0.0.1", port:getHost().port, factory)
              return factory
            end
            connect("good").buildProtocol = function(self, address)
              good = protocol.ClientFactory.buildProtocol(self, address)
              return good
            end
            reactor.callLater(0.1, connect, "bad\r\nmore")
            run()
            """);

        Said.ShouldBe(["got good", "lost", "got end"]);
        Logged.Single().ShouldContain("script.lua:3: boom");
    }
}
