using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Hosting;

/// <summary>Every native called wrongly, in many ways, with collections on both sides in between.</summary>
public sealed class NativesTests : HostTest
{
    // Those that must not be called at random, and why.
    private static readonly Dictionary<string, string> _excluded = new()
    {
        ["run"] = "takes no argument: it would run until stopped",
        ["_turn"] = "takes no argument: it would wait for ever",
        ["crash"] = "takes no argument: it does what it says",
        ["note"] = "the tests' own",
        ["collect"] = "the tests' own",
    };

    /// <summary>LUAREACTOR_CALLS and LUAREACTOR_SEED ask for more, and for others: a million take ten seconds.</summary>
    [Fact]
    public void Every_native_takes_wrong_arguments_and_leaves_the_process_sound()
    {
        // Everything that has natives.
        Run("""
            for _, name in ipairs({ "framing", "stdio", "log", "types", "leftovers", "terminal", "files" }) do
              pcall(require, "luareactor." .. name)
            end
            require("twisted.internet.stdio")
            """);
        var L = Host.State.Main;
        var natives = Host.State.Natives.Where(native => !_excluded.ContainsKey(native.Name)).ToList();
        natives.Count.ShouldBeGreaterThan(50);
        Lua.lua_rawgeti(L, Lua.Registry, Lua.Globals);
        Lua.lua_createtable(L, natives.Count, 0);
        for (var i = 0; i < natives.Count; i++)
        {
            LuaState.NeedSpace(L, 3);
            LuaState.PushNative(L, natives[i].Index);
            Lua.lua_rawseti(L, -2, i + 1);
        }

        Values.SetField(L, -2, "natives");
        Lua.lua_settop(L, 0);

        Run($"local wanted, seed = {Setting("LUAREACTOR_CALLS", 20_000)}, {Setting("LUAREACTOR_SEED", 1)}\n" + """
            local function random(n)
              seed = (seed * 1103515245 + 12345) % 2147483648
              return (seed >> 8) % n + 1
            end
            local framing = require("luareactor.framing")
            local plain = {
              1.5, -1, 0 / 0, math.huge, 2 ^ 53, "text", "", "\0\255", {}, { 1, 2 }, { timeout = "x" }, { nonsense = 1 },
              io.stdout, type, coroutine.create(type), true, false, setmetatable({}, { __call = 1, __index = error }),
              function() error("from a callback") end, 2, "\r\n", n = 22,
            }
            -- Objects of C#: some are as they were made, some over, some called by others meanwhile, some collected.
            local objects, resurrected = {}, {}
            local function renew()
              pcall(function() port:stopListening() connector:disconnect() end)
              local server
              pair({ connectionMade = function(self) server = self.transport end }, {})
              local deadline = reactor.seconds() + 10
              while not server and reactor.seconds() < deadline do reactor.iterate(0.01) end
              local over, ran = reactor.callLater(1000, type), reactor.callLater(0, type)
              over:cancel()
              reactor.iterate(0)
              objects = {
                server, port, connector, reactor.callLater(1000, type), over, ran, resurrected[1], resurrected[2],
                reactor.addSystemEventTrigger("after", "nothing", type), framing.lines(), framing.netstrings(), framing.lengths(2),
              }
              setmetatable({ framing.lines(), port }, { __gc = function(self) resurrected = self end })
            end
            local function any()
              if random(2) == 1 then return plain[random(plain.n)] end
              return objects[random(12)]
            end
            local calls, raised = 0, 0
            while calls < wanted do
              if calls % 500 == 0 then renew() collectgarbage() end
              if calls % 2500 == 0 then collect() end
              local native = natives[random(#natives)]
              local way = random(5)
              -- What would wait must not.
              reactor._hurry()
              local ok
              if way == 1 then
                ok = pcall(native, any(), any(), any())
              elseif way == 2 then
                ok = pcall(native, any())
              elseif way == 3 then
                ok = pcall(native, objects[random(12)], any(), any())
              elseif way == 4 then
                ok = coroutine.resume(coroutine.create(native), any(), any(), any(), any())
              else
                ok = pcall(function() local x <close> = setmetatable({}, { __close = function() native(any(), any()) end }) end)
              end
              calls = calls + 1
              raised = raised + (ok and 0 or 1)
            end
            say(raised > calls // 3, raised < calls)
            """);

        Said.ShouldBe(["true true"]);
        foreach (var leftover in Host.Leftovers())
        {
            leftover.End();
        }

        // What waits for the reactor to run, or for the event, is held until then.
        Run("""
            reactor.fireSystemEvent("nothing")
            reactor.callLater(0.05, reactor.stop)
            reactor.run()
            """);
    }

    private static string Setting(string name, int otherwise) => Environment.GetEnvironmentVariable(name) ?? $"{otherwise}";

    [Fact]
    public void A_hundred_thousand_errors_on_a_live_connection_leave_it_as_it_was()
    {
        Run("""
            local closed
            pair({
              dataReceived = function(self, data) self.transport:write(data) end,
            }, {
              connectionMade = function(self)
                local transport = self.transport
                local timer = reactor.callLater(0, print)
                timer:cancel()
                local kinds = {
                  function() transport:write(5) end,
                  function() reactor.callLater("x") end,
                  function() transport.write("no self") end,
                  function() timer:cancel() end,
                  function() reactor.listenTCP(-1, {}) end,
                  function() transport:writeSequence({ "a", 1 }) end,
                  function() reactor.run() end,
                  function() transport:registerProducer(nil) end,
                }
                for i = 1, 100000 do
                  local ok, problem = pcall(kinds[i % #kinds + 1])
                  assert(not ok)
                  assert(i > 8 or tostring(problem):find("script.lua:") or problem.name or type(problem) == "table", tostring(problem))
                  if i % 5000 == 0 then collect() collectgarbage() end
                end
                transport:write("still alive")
              end,
              dataReceived = function(self, data)
                say(data)
                closed = self.transport
                self.transport:loseConnection()
              end,
              connectionLost = function(self)
                reactor.stop()
              end,
            })
            run()
            -- A closed one: Twisted's quiet no-ops, and its state.
            closed:write("x")
            closed:loseConnection()
            closed:abortConnection()
            say(closed.connected, pcall(closed.write, closed, 5))
            """);

        Said.ShouldBe(["still alive", "false false bad argument #2 to 'write' (string expected, got number)"]);
        Logged.ShouldBeEmpty();
    }

    [Fact]
    public void A_collected_object_is_named_as_such()
    {
        Run("""
            local kept
            do
              local late = setmetatable({}, { __gc = function(self) kept = self.port end })
              late.port = reactor.listenTCP(0, protocol.Factory())
              late.port:stopListening()
            end
            reactor.iterate(0)
            collectgarbage()
            collectgarbage()
            say(pcall(function() return kept:getHost() end))
            """);

        Said.ShouldBe(["false script.lua:10: calling 'getHost' on bad self (Port expected, got a collected Port)"]);
    }
}
