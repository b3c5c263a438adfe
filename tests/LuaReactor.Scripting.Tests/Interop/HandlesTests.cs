using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

public sealed class HandlesTests : InteropTest
{
    public HandlesTests()
    {
        State.Handles.DefineType<Port>("Port", ("write", (in call) => call.Return($"{call.Self<Port>().Number}: {call.Text(2)}")));
        State.Handles.DefineType<Timer>(
            "Timer",
            new Metamethods(
                Property: (in call) => call.Text(2) == "time" ? call.Return(call.Self<Timer>().Time) : call.ReturnNil(),
                Close: (in call) =>
                {
                    call.Self<Timer>().Closed++;
                    return 0;
                },
                Text: (in call) => call.Return("a timer")),
            ("cancel", (in call) => call.ReturnSelf()));
        GiveHandle("port", new Port(80));
        GiveHandle("timer", new Timer());
    }

    private string Error(string call) => Run($"return select(2, pcall(function() {call} end))");

    [Fact]
    public void A_method_is_called_on_the_object() => Run("return port:write('x')").ShouldBe("80: x");

    [Theory]
    [InlineData("port:write(1)", "bad argument #1 to 'write' (string expected, got number)")]
    [InlineData("port.write('x')", "bad argument #1 to 'write' (Port expected, got string)")]
    [InlineData("port.write(port, 1)", "bad argument #2 to 'write' (string expected, got number)")]
    [InlineData("port.write()", "bad argument #1 to 'write' (Port expected, got no value)")]
    [InlineData("port.write(timer)", "bad argument #1 to 'write' (Port expected, got Timer)")]
    [InlineData("port.write(io.stdout)", "bad argument #1 to 'write' (Port expected, got FILE*)")]
    [InlineData("local t = { write = port.write } t:write('x')", "calling 'write' on bad self (Port expected, got table)")]
    [InlineData("debug.getmetatable(port).__gc(port) port:write('x')", "calling 'write' on bad self (Port expected, got a collected Port)")]
    public void What_is_not_the_object_is_refused(string call, string message) => Error(call).ShouldBe("script:1: " + message);

    [Fact]
    public void A_light_userdata_is_no_handle()
    {
        Give("light", (in call) =>
        {
            Lua.lua_pushlightuserdata(call.L, 16);
            return 1;
        });

        Error("port.write(light())").ShouldBe("script:1: bad argument #1 to 'write' (Port expected, got light userdata)");
    }

    [Fact]
    public void A_metatable_taken_from_another_type_does_not_change_the_object() =>
        Error("debug.setmetatable(timer, debug.getmetatable(port)) timer:write('x')")
            .ShouldBe("script:1: calling 'write' on bad self (Port expected, got Port)");

    [Fact]
    public void Properties_come_after_methods()
    {
        Run("return timer.time").ShouldBe("2.5");
        Run("return timer.other").ShouldBe("nil");
        Run("return timer:cancel() == timer").ShouldBe("true");
        Error("return timer[1]").ShouldBe("script:1: bad argument #2 to '__index' (string expected, got number)");
    }

    [Fact]
    public void A_handle_can_be_closed()
    {
        var timer = new Timer();
        GiveHandle("mine", timer);

        Run("do local t <close> = mine end");

        timer.Closed.ShouldBe(1);
    }

    [Fact]
    public void A_handle_has_a_text_and_hides_its_metatable()
    {
        Run("return timer").ShouldBe("a timer");
        Run("return port").ShouldBe("Port #0");
        Run("return getmetatable(port)").ShouldBe("Port");
        Error("setmetatable(port, {})").ShouldContain("table expected");
        Error("debug.getmetatable(port).__tostring(1)").ShouldContain("handle expected, got number");
    }

    [Fact]
    public void Slots_are_freed_by_the_collector_and_used_again()
    {
        Give("open", (in call) => call.Return(new Port(1)));
        var before = State.Handles.Count;

        Run("for i = 1, 10000 do open() end");
        State.CollectGarbage();

        State.Handles.Count.ShouldBe(before);
        State.Handles.Objects.Count().ShouldBe(before);
    }

    [Fact]
    public void A_finalizer_called_twice_frees_once()
    {
        Give("open", (in call) => call.Return(new Port(7)));
        var before = State.Handles.Count;

        Run("local a = open() local gc = debug.getmetatable(a).__gc gc(a) b = open() gc(a) a = nil collectgarbage() return b:write('x')").ShouldBe("7: x");

        State.Handles.Count.ShouldBe(before + 1);
    }

    [Fact]
    public void The_finalizer_takes_anything() =>
        Run("local gc = debug.getmetatable(port).__gc gc() gc(1) gc(io.stdout) gc({}) return 'alive'").ShouldBe("alive");

    [Fact]
    public void A_derived_object_has_its_base_types_methods()
    {
        GiveHandle("special", new SpecialPort());

        Run("return special:write('x')").ShouldBe("443: x");
    }

    [Fact]
    public void An_object_of_no_defined_type_is_refused()
    {
        Give("open", (in call) => call.Return(new Version()));

        Error("open()").ShouldContain("No Lua type is defined for System.Version");
    }

    [Fact]
    public void A_handle_keeps_Lua_values()
    {
        var L = State.Main;
        State.Handles.Push(L, new Port(1), userValues: 1);
        Lua.lua_pushinteger(L, 42);
        Lua.lua_setiuservalue(L, -2, 1).ShouldBe(1);
        State.CollectGarbage();

        Lua.lua_getiuservalue(L, -1, 1).ShouldBe(LuaType.Number);

        Lua.lua_settop(L, 0);
    }

    private class Port(int number)
    {
        public int Number => number;
    }

    private sealed class SpecialPort() : Port(443);

    private sealed class Timer
    {
        public double Time { get; } = 2.5;

        public int Closed { get; set; }
    }
}
