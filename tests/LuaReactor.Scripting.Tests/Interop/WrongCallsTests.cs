using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

public sealed class WrongCallsTests : InteropTest
{
    private sealed class Port;

    [Fact]
    public void A_hundred_thousand_wrong_calls_leave_the_process_and_the_counts_as_they_were()
    {
        State.Handles.DefineType<Port>(
            "Port",
            new Metamethods(Property: (in call) => call.Return(call.Bytes(2))),
            ("write", (in call) =>
            {
                call.Self<Port>();
                return call.Return(call.Bytes(2));
            }
        ));
        Give("open", (in call) => call.Return(new Port()));
        Give("number", (in call) => call.Return(call.Number(1)));
        Give("callable", (in call) =>
        {
            call.CheckFunction(1);
            return 0;
        });
        Give("options", (in call) =>
        {
            call.Options(1).Done();
            return 0;
        });
        Give("back", (in call) =>
        {
            Lua.lua_settop(call.L, 1);
            return call.State.Call(call.L, 0, 0, explain: false) is LuaStatus.Ok ? 0 : throw call.State.PopError(call.L);
        });
        var natives = State.Natives.ToList();
        Give("collect", (in call) =>
        {
            GC.Collect();
            return 0;
        });

        var L = State.Main;
        Lua.lua_rawgeti(L, Lua.Registry, Lua.Globals);
        Lua.lua_createtable(L, 32, 0);
        foreach (var (_, index) in natives)
        {
            LuaState.PushNative(L, index);
            Lua.lua_rawseti(L, -2, index + 1);
        }

        Values.SetField(L, -2, "natives");
        Lua.lua_settop(L, 0);

        Run("""
            local port = open()
            local values = { 1.5, "text", {}, io.stdout, port, print, coroutine.create(print), false }
            local function any(i) return values[i * 7 % 9] end
            local ways = {
              function(f, a, b) pcall(f, a, b) end,
              function(f, a, b) coroutine.resume(coroutine.create(f), a, b) end,
              function(f, a, b) pcall(back, function() f(a, b) end) end,
              function(f, a, b) coroutine.wrap(function() pcall(back, function() f(a, b) end) end)() end,
              function(f, a) pcall(function() local x <close> = setmetatable({}, { __close = function() f(a) end }) end) end,
              function(f, a) setmetatable({}, { __gc = function() f(a) end }) end,
              function(f) pcall(table.sort, { 3, 1, 2 }, f) end,
              function(f) pcall(string.gsub, "abc", ".", f) end,
            }
            for i = 1, 100000 do
              ways[i % #ways + 1](natives[i % #natives + 1], any(i), any(i // 3))
              if i % 1000 == 0 then collect() collectgarbage() end
            end
            """);

        State.CollectGarbage();
        State.CollectGarbage();
        State.Handles.Count.ShouldBe(0);
    }
}
