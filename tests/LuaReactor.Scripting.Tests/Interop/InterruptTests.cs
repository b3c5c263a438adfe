using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

public sealed class InterruptTests : InteropTest
{
    [Theory]
    [InlineData("while true do end")]
    [InlineData("while true do pcall(function() while true do end end) end")]
    [InlineData("local function f() return f() end f()")]
    [InlineData("return pcall(function() while true do end end)")]
    [InlineData("while true do pcall(error, 'x') end")]
    [InlineData("return coroutine.wrap(function() while true do end end)()")]
    [InlineData("return coroutine.resume(coroutine.create(function() while true do end end))")]
    [InlineData("while true do coroutine.wrap(function() coroutine.wrap(function() local s = '' for i = 1, 50 do s = s .. i end end)() end)() end")]
    [InlineData("while true do local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) end")]
    [InlineData("local function deep(n) if n == 0 then while true do end end return coroutine.wrap(deep)(n - 1) end deep(30)")]
    [InlineData("while true do setmetatable({}, { __gc = function() end }) end")]
    public void Lua_code_that_does_not_return_is_stopped(string code)
    {
        using var interrupt = InterruptSoon();

        var error = Should.Throw<LuaException>(() => Run(code));

        (error.Message + error.Traceback).ShouldStartWith("interrupted!");
    }

    [Fact]
    public void The_traceback_is_that_of_the_code_that_was_stopped()
    {
        using var interrupt = InterruptSoon();

        var error = Should.Throw<LuaException>(() => Run("local function busy() while true do end end\ncoroutine.wrap(function() busy() end)()"));

        (error.Message + error.Traceback).ShouldContain("script:1: in upvalue 'busy'");
    }

    [Fact]
    public void What_runs_next_is_not_stopped()
    {
        using (InterruptSoon())
        {
            Should.Throw<LuaException>(() => Run("while true do end"));
        }

        Run("local n = 0 for i = 1, 100000 do n = n + 1 end return n").ShouldBe("100000");
    }

    [Fact]
    public void An_interrupt_that_comes_when_nothing_runs_stops_nothing()
    {
        State.Interrupt.Arm();

        Run("local n = 0 for i = 1, 100000 do n = n + 1 end return n").ShouldBe("100000");
    }

    [Fact]
    public void Four_hundred_interrupts_in_nested_natives_with_collections_leave_the_state_sound()
    {
        Give("nest", (in Call call) =>
        {
            GC.Collect();
            Lua.lua_pushvalue(call.L, 1);
            if (State.Call(call.L, 0, 0, explain: false) is not LuaStatus.Ok)
            {
                throw State.PopError(call.L);
            }

            return 0;
        });
        for (var i = 0; i < 400; i++)
        {
            using var interrupt = InterruptSoon(TimeSpan.FromMicroseconds(i % 40 * 50));
            Should.Throw<LuaException>(() => Run(
                """
                local function again() nest(again) end
                while true do
                  pcall(nest, function() pcall(again) end)
                  coroutine.wrap(function() pcall(nest, function() local t = {} for i = 1, 100 do t[i] = {} end end) end)()
                end
                """));
        }

        GC.Collect();
        Run("return 1 + 1").ShouldBe("2");
    }

    [Fact]
    public void Threads_are_known_from_their_making_to_their_end()
    {
        var before = State.Interrupt.Threads;

        Run("kept = {} for i = 1, 100 do kept[i] = coroutine.create(function() end) end");
        State.Interrupt.Threads.ShouldBe(before + 100);
        Run("kept = nil");
        State.CollectGarbage();

        State.Interrupt.Threads.ShouldBe(before);
    }

    // Arms once Lua runs, and waits in Dispose, so that none comes late.
    private Joined InterruptSoon(TimeSpan delay = default)
    {
        var thread = new Thread(() =>
        {
            SpinWait.SpinUntil(() => State.IsRunning);
            if (delay > TimeSpan.Zero)
            {
                Thread.Sleep(delay);
            }

            State.Interrupt.Arm();
        });
        thread.Start();
        return new Joined(thread);
    }

    private sealed class Joined(Thread thread) : IDisposable
    {
        public void Dispose() => thread.Join();
    }
}
