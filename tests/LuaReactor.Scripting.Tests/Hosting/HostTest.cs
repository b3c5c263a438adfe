using System.Text;
using LuaReactor.Scripting.Interop;
using Microsoft.Extensions.Logging;

namespace LuaReactor.Scripting.Tests.Hosting;

/// <summary>A reactor and a host for one test; afterwards nothing is held, open, or on a stack.</summary>
public abstract class HostTest : IDisposable
{
    private readonly Lines _log = new();
    private readonly List<string> _said = [];

    protected HostTest()
    {
        Reactor = new Reactor(log: _log);
        Host = new ScriptHost(Reactor, new ScriptHostOptions { Log = _log, IgnoreEnvironment = true, Exit = status => Exited = status });
        Give("note", (in call) =>
        {
            _said.Add(call.Text(1));
            return call.Return();
        });
        Give("collect", (in call) =>
        {
            GC.Collect();
            return call.Return();
        });
        Host.Run(Prelude, "=prelude");
    }

    protected Reactor Reactor { get; }

    protected ScriptHost Host { get; }

    /// <summary>The status os.exit was called with.</summary>
    protected int? Exited { get; private set; }

    /// <summary>What was logged, message by message.</summary>
    protected IReadOnlyList<string> Logged => _log.Messages;

    /// <summary>What the script gave to <c>say</c>, line by line.</summary>
    protected IReadOnlyList<string> Said => _said;

    // What many tests need; `run(seconds)` runs the reactor and fails when nobody stops it.
    private const string Prelude = """
        class = require("class")
        defer = require("twisted.internet.defer")
        errors = require("twisted.internet.error")
        protocol = require("twisted.internet.protocol")
        basic = require("twisted.protocols.basic")
        reactor = require("twisted.internet.reactor")
        function say(...)
          local parts = table.pack(...)
          for i = 1, parts.n do parts[i] = tostring(parts[i]) end
          note(table.concat(parts, " ", 1, parts.n))
        end
        function run()
          local late = reactor.callLater(30, function() say("TOO LATE") reactor.stop() end)
          reactor.addSystemEventTrigger("after", "shutdown", function() if late:active() then late:cancel() end end)
          reactor.run()
        end
        -- Listens with one class and connects with another; both are given the methods in a table.
        function pair(server, client, serverFactory, clientFactory)
          local Server, Client = class("Server", protocol.Protocol), class("Client", protocol.Protocol)
          for name, method in pairs(server) do Server[name] = method end
          for name, method in pairs(client) do Client[name] = method end
          local listening = protocol.Factory.forProtocol(Server)
          local connecting = protocol.ClientFactory.forProtocol(Client)
          for name, method in pairs(serverFactory or {}) do listening[name] = method end
          for name, method in pairs(clientFactory or {}) do connecting[name] = method end
          port = reactor.listenTCP(0, listening, { interface = "127.0.0.1" })
          connector = reactor.connectTCP("127.0.0.1", port:getHost().port, connecting)
        end
        """;

    /// <summary>Runs a script whose lines are those of <c>script.lua</c>.</summary>
    protected void Run(string code) => Host.Run(code, "@script.lua");

    /// <summary>Makes a C# function a global of the script.</summary>
    internal void Give(string name, Native native)
    {
        var L = Host.State.Main;
        Lua.lua_rawgeti(L, Lua.Registry, Lua.Globals);
        Host.State.PushNative(L, name, native);
        Values.SetField(L, -2, name);
        Lua.lua_settop(L, -2);
    }

    public virtual void Dispose()
    {
        Host.Leftovers().Select(leftover => leftover.What).ShouldBeEmpty();
        Host.HeldValues.ShouldBe(0);
        Host.Dispose();
        Host.HeldObjects.ShouldBe(0);
        Reactor.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Messages { get; } = [];

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception));
    }
}
