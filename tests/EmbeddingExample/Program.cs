// A program of one's own that runs a Lua script and gives it functions: one that returns at once, one that takes its time.
using LuaReactor;
using LuaReactor.Scripting;

using var reactor = new Reactor();
using var host = new ScriptHost(reactor);

host.AddModule(new ScriptModule("app")
    .Function("version", arguments => "1.0")
    .Function("lookUp", arguments => LookUpAsync(arguments.Text(1))));

host.Run("""
    local reactor = require("twisted.internet.reactor")
    local defer = require("twisted.internet.defer")
    local app = require("app")

    print("app " .. app.version())

    local report = defer.inlineCallbacks(function(name)
      print(name .. " is " .. defer.await(app.lookUp(name)))
      print(pcall(defer.await, app.lookUp("")))
      reactor.stop()
    end)

    function greet(name)
      return "Hello, " .. name .. "!"
    end

    reactor.callWhenRunning(report, "the answer")
    """, "=example");

var greeting = host.CallAsync("greet", "reader");
reactor.Run();
Console.WriteLine(System.Text.Encoding.UTF8.GetString((byte[])(await greeting)!));

// Runs on other threads; the script hears of it on the reactor's.
static async Task<int> LookUpAsync(string name)
{
    await Task.Yield();
    return name.Length > 0 ? 42 : throw new ArgumentException("a name is needed");
}
