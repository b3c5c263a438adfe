using System.Text;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Hosting;

/// <summary>Values and errors between a C# program and a script, in both directions.</summary>
public sealed class EmbeddingTests : HostTest
{
    [Fact]
    public void A_function_of_the_programs_returns_plain_values()
    {
        Host.AddModule(new ScriptModule("app").Function("give", arguments => arguments.Integer(1) switch
        {
            1 => true,
            2 => 3,
            3 => 1.5,
            4 => "text",
            5 => new byte[] { 120 },
            6 => (object)new ReadOnlyMemory<byte>([121]),
            _ => null,
        }));

        Run("""
            local app = require("app")
            for i = 1, 7 do say(app.give(i)) end
            """);

        Said.ShouldBe(["true", "3", "1.5", "text", "x", "y", "nil"]);
    }

    [Fact]
    public void A_host_that_is_closed_ends_what_its_scripts_have_open_and_the_reactor_goes_on()
    {
        using var reactor = new Reactor();
        var host = new ScriptHost(reactor);
        host.Run("""
            local protocol = require("twisted.internet.protocol")
            local reactor = require("twisted.internet.reactor")
            local function fail() os.exit(1) end
            local P = require("class")("P", protocol.Protocol)
            P.connectionLost = fail
            local listening, connecting = protocol.Factory.forProtocol(P), protocol.ClientFactory.forProtocol(P)
            listening.stopFactory, connecting.clientConnectionLost = fail, fail
            local port = reactor.listenTCP(0, listening, { interface = "127.0.0.1" })
            reactor.connectTCP("127.0.0.1", port:getHost().port, connecting)
            local connected = 0
            function P:connectionMade() connected = connected + 1 end
            while connected < 2 do reactor.iterate(1) end
            reactor.callLater(0, fail)
            reactor.callLater(1000, fail)
            reactor.callFromThread(fail)
            reactor.resolve("127.0.0.1"):addBoth(fail)
            reactor.addSystemEventTrigger("during", "shutdown", fail)
            """, "=script");
        reactor.Connections.Count.ShouldBe(2);

        host.Dispose();
        reactor.CallLater(0.01, reactor.Stop);
        reactor.Run();

        reactor.Connections.ShouldBeEmpty();
        reactor.Ports.ShouldBeEmpty();
        reactor.GetDelayedCalls().ShouldBeEmpty();
    }

    [Fact]
    public void What_a_finalizer_asks_for_as_the_host_closes_never_comes()
    {
        using var reactor = new Reactor();
        var host = new ScriptHost(reactor);
        host.Run("""
            local reactor = require("twisted.internet.reactor")
            late = setmetatable({}, { __gc = function()
              for i = 1, 3 do reactor.callLater(0, os.exit, 1) end
              reactor.callFromThread(os.exit, 1)
            end })
            """, "=script");

        host.Dispose();
        var calls = reactor.GetDelayedCalls();
        calls.Count.ShouldBe(3);
        calls[0].Cancel();
        reactor.CallLater(0.01, reactor.Stop);
        reactor.Run();

        reactor.GetDelayedCalls().ShouldBeEmpty();
    }

    [Fact]
    public void A_value_that_means_nothing_to_Lua_is_an_error_at_the_scripts_line()
    {
        Host.AddModule(new ScriptModule("app").Function("give", _ => new object()));

        Run("""
            local app = require("app")
            say(select(2, pcall(function()
              app.give()
            end)))
            """);

        Said.ShouldBe(["script.lua:3: a value of type System.Object means nothing to Lua"]);
    }

    [Fact]
    public void A_task_that_ends_with_such_a_value_fails_its_Deferred()
    {
        Host.AddModule(new ScriptModule("app").Function("give", _ => Task.FromResult(new object())));

        Run("""
            require("app").give():addErrback(function(reason)
              say(reason:getErrorMessage())
              reactor.stop()
            end)
            run()
            """);

        Said.ShouldBe(["a value of type System.Object means nothing to Lua"]);
    }

    [Fact]
    public async Task A_scripts_function_is_called_with_plain_values_and_its_value_comes_back()
    {
        Run("function join(...) return table.concat({...}, ',') end");

        var joined = (byte[])(await Host.CallAsync("join", 1, 2.5, "three", "four"u8.ToArray()))!;

        Encoding.UTF8.GetString(joined).ShouldBe("1,2.5,three,four");
    }

    [Fact]
    public void A_call_with_another_value_is_refused_and_nothing_is_called()
    {
        Run("function call() say('called') end");

        Should.Throw<ArgumentException>(() => _ = Host.CallAsync("call", 1, new object()))
            .Message.ShouldStartWith("a value of type System.Object means nothing to Lua");

        Said.ShouldBeEmpty();
        Lua.lua_gettop(Host.State.CallbackThread).ShouldBe(0);
    }

    [Fact]
    public async Task A_scripts_value_that_means_nothing_to_the_program_ends_the_task_as_an_error()
    {
        Run("function table() return {} end");

        var error = await Should.ThrowAsync<ScriptErrorException>(() => Host.CallAsync("table"));

        error.Message.ShouldBe("a table means nothing to the host");
    }
}
