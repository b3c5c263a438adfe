using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

public sealed class RaisingTests : InteropTest
{
    [Fact]
    public void An_error_names_the_scripts_line()
    {
        Give("fail", (in call) => throw new ScriptException("no luck"));

        var error = Run("local ok, e = pcall(function()\n\n fail()\n end)\n return e");

        error.ShouldBe("script:3: no luck");
    }

    [Fact]
    public void An_error_nobody_catches_reaches_CSharp_with_its_traceback()
    {
        Give("fail", (in call) => throw new ScriptException("no luck"));

        var error = Should.Throw<LuaException>(() => State.Run(State.Main, "local function inner() fail() end\n inner()"u8, "@a.lua"));

        error.Message.ShouldBe("a.lua:1: no luck");
        error.Traceback.ShouldStartWith("stack traceback:\n\t[C]: in function 'fail'\n\ta.lua:1: in upvalue 'inner'".Replace("upvalue", "local"));
        error.Status.ShouldBe(LuaStatus.RuntimeError);
    }

    [Fact]
    public void A_chunk_that_does_not_compile_says_why()
    {
        var error = Should.Throw<LuaException>(() => State.Run(State.Main, "x = = 1"u8, "@a.lua"));

        error.Message.ShouldBe("a.lua:1: unexpected symbol near '='");
        error.Status.ShouldBe(LuaStatus.SyntaxError);
    }

    [Fact]
    public void A_binary_chunk_is_refused()
    {
        var error = Should.Throw<LuaException>(() => State.Run(State.Main, "\eLuaT"u8, "@a.lua"));

        error.Message.ShouldContain("attempt to load a binary chunk");
    }

    [Fact]
    public void An_invalid_operation_is_told_by_its_message()
    {
        Give("fail", (in call) => throw new InvalidOperationException("not now"));

        Run("return select(2, pcall(function() fail() end))").ShouldBe("script:1: not now");
    }

    [Fact]
    public void A_bug_is_called_one()
    {
        Give("fail", (in call) => throw new FormatException("oops"));

        Run("return select(2, pcall(function() fail() end))").ShouldStartWith("script:1: internal error: System.FormatException: oops");
    }

    [Fact]
    public void An_exception_that_cannot_be_told_of_is_told_of_all_the_same()
    {
        Give("fail", (in call) => throw new UnspeakableException());

        Run("return select(2, pcall(fail))").ShouldStartWith("internal error: ");
    }

    [Fact]
    public void An_error_value_goes_through_CSharp_unchanged()
    {
        Give("through", (in call) =>
        {
            Lua.lua_settop(call.L, 1);
            return call.State.Call(call.L, 0, 0, explain: false) is LuaStatus.Ok ? 0 : throw call.State.PopError(call.L);
        });

        Run("local e = {} ; local ok, got = pcall(through, function() error(e) end) ; return rawequal(e, got)").ShouldBe("true");
        Run("local ok, got = pcall(through, function() error('as it was', 0) end) ; return got").ShouldBe("as it was");
        Run("local ok, got = pcall(through, function() error() end) ; return got").ShouldBe("nil");
    }

    [Fact]
    public void The_host_can_make_error_objects_of_its_exceptions()
    {
        State.ErrorPusher = (L, error) =>
        {
            if (error is not TimeoutException)
            {
                Lua.lua_pushnil(L);
                return false;
            }

            Lua.lua_createtable(L, 0, 1);
            Values.PushText(L, error.Message);
            Values.SetField(L, -2, "message");
            return true;
        };
        Give("late", (in call) => throw new TimeoutException("too late"));
        Give("fail", (in call) => throw new ScriptException("no luck"));

        Run("return select(2, pcall(late)).message").ShouldBe("too late");
        Run("return select(2, pcall(function() fail() end))").ShouldBe("script:1: no luck");
    }

    [Fact]
    public void An_error_pusher_that_fails_does_not_end_the_process()
    {
        State.ErrorPusher = (L, error) => throw new FormatException();
        Give("fail", (in call) => throw new ScriptException("no luck"));

        Run("return select(2, pcall(fail))").ShouldContain("internal error");
    }

    [Fact]
    public void The_host_can_set_the_message_handler()
    {
        State.Run(State.Main, "return function(e) return 'seen: ' .. e end"u8, "=h", 1);
        var handler = State.Hold(State.Main);
        State.SetMessageHandler(handler);

        var error = Should.Throw<LuaException>(() => State.Run(State.Main, "error('x', 0)"u8, "=s"));

        error.Message.ShouldBe("seen: x");
        State.SetMessageHandler(null);
        handler.Release();
    }

    [Fact]
    public void A_hook_that_fails_while_an_error_is_on_its_way_does_not_change_it()
    {
        Give("fail", (in call) => throw new ScriptException(call.Text(1)));

        Run("""
            debug.sethook(function() pcall(fail, "the hook's") end, "cr")
            local ok, e = pcall(fail, "the script's")
            debug.sethook()
            return e
            """).ShouldBe("the script's");
    }

    [Fact]
    public void A_native_whose_number_was_tampered_with_fails_like_any_other()
    {
        Give("fail", (in call) => 0);

        Run("""
            local names = {}
            for _, n in ipairs { -1, 60, 100000, 2^40, "x" } do
              debug.setupvalue(fail, 1, n)
              names[#names + 1] = tostring((pcall(fail)))
            end
            return table.concat(names, " ", 1, 3)
            """).ShouldBe("false false false");
    }

    [Fact]
    public void A_native_can_raise_with_a_full_stack()
    {
        Give("fail", (in call) =>
        {
            while (Lua.lua_checkstack(call.L, 1000) != 0)
            {
                for (var i = 0; i < 1000; i++)
                {
                    Lua.lua_pushnil(call.L);
                }
            }

            throw new ScriptException("full");
        });

        Run("return select(2, pcall(fail))").ShouldBe("full");
    }

    [Fact]
    public void A_finalizers_error_is_a_warning_and_no_more()
    {
        Give("fail", (in call) => throw new ScriptException("no luck"));

        Run("setmetatable({}, { __gc = fail }) ; collectgarbage() ; return 'alive'").ShouldBe("alive");
    }

    [Theory]
    [InlineData("return select(2, pcall(function() return fail() end))")]
    [InlineData("return select(2, pcall(function() local x <close> = setmetatable({}, { __close = fail }) end))")]
    [InlineData("return select(2, pcall(function() local x <close> = setmetatable({}, { __close = fail }) error('other') end))")]
    [InlineData("return select(2, pcall(table.sort, { 3, 1, 2 }, fail))")]
    [InlineData("return select(2, pcall(string.gsub, 'abc', '.', fail))")]
    [InlineData("return select(2, pcall(function() for x in fail do end end))")]
    [InlineData("return select(2, pcall(function() for x in pairs(setmetatable({}, { __pairs = fail })) do end end))")]
    [InlineData("return select(2, pcall(function() return setmetatable({}, { __index = fail }).x end))")]
    [InlineData("return select(2, pcall(function() return setmetatable({}, { __add = fail }) + 1 end))")]
    [InlineData("return select(2, pcall(function() return setmetatable({}, { __lt = fail }) < {} end))")]
    [InlineData("return select(2, pcall(function() return #setmetatable({}, { __len = fail }) end))")]
    [InlineData("return select(2, pcall(function() return setmetatable({}, { __concat = fail }) .. 'x' end))")]
    [InlineData("return select(2, pcall(setmetatable({}, { __call = fail })))")]
    [InlineData("return select(2, load(fail))")]
    [InlineData("package.preload.x = fail ; return select(2, pcall(require, 'x'))")]
    [InlineData("return select(2, coroutine.resume(coroutine.create(fail)))")]
    [InlineData("return select(2, coroutine.resume(coroutine.create(function() coroutine.yield(fail()) end)))")]
    [InlineData("return select(2, pcall(coroutine.wrap(function() fail() end)))")]
    [InlineData("return select(2, xpcall(fail, function(e) return 'seen ' .. e end))")]
    [InlineData("return select(2, coroutine.close((function() local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = fail }) coroutine.yield() end) coroutine.resume(c) return c end)()))")]
    [InlineData("return select(2, pcall(back, function() fail() end))")]
    [InlineData("return select(2, pcall(back, coroutine.wrap(function() back(fail) end)))")]
    public void A_native_can_raise_from_wherever_Lua_calls_it(string code)
    {
        Give("fail", (in call) => throw new ScriptException("no luck"));
        Give("back", Back);

        for (var i = 0; i < 50; i++)
        {
            Run(code).ShouldContain("no luck");
            GC.Collect(0);
        }

        GC.Collect();
    }

    [Fact]
    public void Nesting_without_end_is_an_error()
    {
        Give("back", Back);

        Run("local function f() back(f) end ; return select(2, pcall(f))").ShouldContain("C stack overflow");
        Run("local function f() coroutine.wrap(function() back(f) end)() end ; return select(2, pcall(f))").ShouldContain("C stack overflow");
    }

    [Fact]
    public void Callbacks_run_while_a_coroutine_of_the_callback_thread_is_in_a_native()
    {
        Give("callback", OnCallbackThread);
        var L = State.CallbackThread;

        State.Run(L, "return coroutine.wrap(function() callback(function() local ok, e = pcall(error, 'inner', 0) out = e end) return 'outer' end)()"u8, "=s", 1);

        Values.ToText(L, -1).ShouldBe("outer");
        Lua.lua_settop(L, -2);
        Run("return out").ShouldBe("inner");
    }

    [Fact]
    public void Callbacks_nested_through_coroutines_without_end_are_an_error()
    {
        Give("callback", OnCallbackThread);

        Run("local function f() coroutine.wrap(function() callback(f) end)() end ; return select(2, pcall(f))").ShouldContain("C stack overflow");
    }

    [Fact]
    public void Errors_are_raised_soundly_while_another_thread_collects()
    {
        Give("fail", (in call) => throw new ScriptException(call.Text(1)));
        var collector = new Thread(() =>
        {
            for (var i = 0; i < 300; i++)
            {
                GC.Collect();
            }
        });
        Give("collecting", (in call) => call.Return(collector.IsAlive));
        collector.Start();

        var lost = Run("""
            local raised, caught = 0, 0
            while raised < 2000 or collecting() do
              raised = raised + 1
              local text = "error " .. raised
              local ok, e = pcall(raised % 2 == 0 and fail or coroutine.wrap(function(t) fail(t) end), text)
              if not ok and e:sub(-#text) == text then caught = caught + 1 end
            end
            return raised - caught
            """);

        lost.ShouldBe("0");
    }

    [Fact]
    public void A_state_cannot_be_closed_from_inside_a_call()
    {
        Give("close", (in call) =>
        {
            call.State.Dispose();
            return 0;
        });

        Run("return select(2, pcall(close))").ShouldContain("cannot be closed");
    }

    private static int Back(in Call call)
    {
        call.CheckFunction(1);
        Lua.lua_settop(call.L, 1);
        return call.State.Call(call.L, 0, 0, explain: false) is LuaStatus.Ok ? 0 : throw call.State.PopError(call.L);
    }

    private static int OnCallbackThread(in Call call)
    {
        var function = call.Hold(1);
        var L = call.State.CallbackThread;
        LuaState.NeedSpace(L, 1);
        function.Push(L);
        function.Release();
        return call.State.Call(L, 0, 0, explain: false) is LuaStatus.Ok ? 0 : throw call.State.PopError(L);
    }

    private sealed class UnspeakableException : Exception
    {
        public override string Message => throw new FormatException();

        public override string ToString() => throw new FormatException();
    }
}
