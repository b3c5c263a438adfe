using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

public sealed class CallTests : InteropTest
{
    private string Error(string call) => Run($"return select(2, pcall(function() {call} end))");

    [Theory]
    [InlineData("text(1)", "bad argument #1 to 'text' (string expected, got number)")]
    [InlineData("text()", "bad argument #1 to 'text' (string expected, got no value)")]
    [InlineData("text(io.stdout)", "bad argument #1 to 'text' (string expected, got FILE*)")]
    [InlineData("text(setmetatable({}, { __name = 'Thing' }))", "bad argument #1 to 'text' (string expected, got Thing)")]
    [InlineData("number('1')", "bad argument #1 to 'number' (number expected, got string)")]
    [InlineData("integer(1.5)", "bad argument #1 to 'integer' (number has no integer representation)")]
    [InlineData("integer(0/0)", "bad argument #1 to 'integer' (number has no integer representation)")]
    [InlineData("port(65536)", "bad argument #1 to 'port' (65536 is not in 0..65535)")]
    [InlineData("boolean(nil)", "bad argument #1 to 'boolean' (boolean expected, got nil)")]
    [InlineData("callable({})", "bad argument #1 to 'callable' (function expected, got table)")]
    [InlineData("callable(coroutine.create(print))", "bad argument #1 to 'callable' (function expected, got thread)")]
    [InlineData("second(1, {})", "bad argument #2 to 'second' (number expected, got table)")]
    public void A_wrong_argument_is_told_as_Lua_tells_it(string call, string message)
    {
        Give("text", (in call) => call.Return(call.Text(1)));
        Give("number", (in call) => call.Return(call.Number(1)));
        Give("integer", (in call) => call.Return(call.Integer(1)));
        Give("port", (in call) => call.Return(call.Integer(1, 0, 65535)));
        Give("boolean", (in call) => call.Return(call.Boolean(1)));
        Give("second", (in call) => call.Return(call.OptionalNumber(2, 0)));
        Give("callable", (in call) =>
        {
            call.CheckFunction(1);
            return 0;
        });

        Error(call).ShouldBe("script:1: " + message);
    }

    [Fact]
    public void Right_arguments_come_back()
    {
        Give("integer", (in call) => call.Return(call.Integer(1)));
        Give("number", (in call) => call.Return(call.OptionalNumber(1, 0.5)));
        Give("boolean", (in call) => call.Return(call.OptionalBoolean(1, true)));
        Give("text", (in call) => call.Return(call.OptionalText(1)));
        Give("callable", (in call) =>
        {
            call.CheckFunction(1);
            return call.Return();
        });

        Run("return math.type(integer(3.0)) .. integer(3.0)").ShouldBe("integer3");
        Run("return integer(math.mininteger) == math.mininteger").ShouldBe("true");
        Run("return number() + number(nil) + number(1)").ShouldBe("2.0");
        Run("return boolean() and not boolean(false)").ShouldBe("true");
        Run("return text()").ShouldBe("nil");
        Run("return text('日本') == '日本'").ShouldBe("true");
        Run("return select('#', callable(setmetatable({}, { __call = print })))").ShouldBe("0");
    }

    [Fact]
    public void A_modules_function_takes_a_dot_and_a_colon()
    {
        var L = State.Main;
        Lua.lua_rawgeti(L, Lua.Registry, Lua.Globals);
        Lua.lua_createtable(L, 0, 1);
        State.PushNative(L, "callLater", (in call) => call.Return(call.Number(1) + call.Count), -1);
        Values.SetField(L, -2, "callLater");
        Values.SetField(L, -2, "reactor");
        Lua.lua_settop(L, 0);

        Run("return reactor.callLater(10)").ShouldBe("11.0");
        Run("return reactor:callLater(10, 1)").ShouldBe("12.0");
        Error("reactor:callLater('x')").ShouldBe("script:1: bad argument #1 to 'callLater' (number expected, got string)");
        Error("reactor.callLater('x')").ShouldBe("script:1: bad argument #1 to 'callLater' (number expected, got string)");
        Error("reactor.callLater({})").ShouldBe("script:1: bad argument #1 to 'callLater' (number expected, got table)");
        Error("local other = { callLater = reactor.callLater } other:callLater(1)")
            .ShouldBe("script:1: calling 'callLater' on bad self (number expected, got table)");
    }

    [Theory]
    [InlineData("connect(1)", "7.5 false 3 nil nil")]
    [InlineData("connect(1, nil)", "7.5 false 3 nil nil")]
    [InlineData("connect(1, {})", "7.5 false 3 nil nil")]
    [InlineData("connect(1, { timeout = 1, reuse = true, count = 2.0, name = 'x', data = '\\0' })", "1 true 2 x 1")]
    public void Options_have_defaults(string call, string result)
    {
        Give("connect", Connect);

        Run($"return {call}").ShouldBe(result);
    }

    [Theory]
    [InlineData("connect(1, 2)", "bad argument #2 to 'connect' (table expected, got number)")]
    [InlineData("connect(1, { timout = 1 })", "bad argument #2 to 'connect' (unknown option 'timout')")]
    [InlineData("connect(1, { 5 })", "bad argument #2 to 'connect' (options have names, not a number for a key)")]
    [InlineData("connect(1, { timeout = '1' })", "bad argument #2 to 'connect' (option 'timeout': number expected, got string)")]
    [InlineData("connect(1, { reuse = 1 })", "bad argument #2 to 'connect' (option 'reuse': boolean expected, got number)")]
    [InlineData("connect(1, { count = 1.5 })", "bad argument #2 to 'connect' (option 'count': number has no integer representation)")]
    public void A_wrong_option_is_named(string call, string message)
    {
        Give("connect", Connect);

        Error(call).ShouldBe("script:1: " + message);
    }

    [Fact]
    public void Values_go_to_Lua_and_back()
    {
        Give("returns", (in call) => call.Integer(1) switch
        {
            1 => call.Return(true),
            2 => call.Return(42),
            3 => call.Return(1.5),
            4 => call.Return("bytes"u8),
            5 => call.Return("text"),
            6 => call.ReturnNil(),
            7 => call.ReturnSelf(),
            8 => call.Return((string?)null),
            _ => call.Return(new string('x', 1000)),
        });

        Run("local t = {} for i = 1, 8 do t[i] = tostring(returns(i)) end return table.concat(t, ' ')")
            .ShouldBe("true 42 1.5 bytes text nil 7 nil");
        Run("return #returns(9)").ShouldBe("1000");
    }

    [Fact]
    public void Every_byte_passes_unchanged()
    {
        byte[]? seen = null;
        Give("see", (in call) =>
        {
            seen = call.Bytes(1).ToArray();
            return call.Return(seen);
        });

        Run("local t = {} for i = 0, 255 do t[#t + 1] = string.char(i) end local s = table.concat(t) return see(s) == s").ShouldBe("true");

        seen.ShouldBe(Enumerable.Range(0, 256).Select(i => (byte)i));
        Run("return see('') == ''").ShouldBe("true");
    }

    [Fact]
    public void Sixteen_MiB_pass_unchanged()
    {
        var sent = new byte[16 << 20];
        new Random(1).NextBytes(sent);
        Give("send", (in call) => call.Return(sent));
        Give("same", (in call) => call.Return(call.Bytes(1).SequenceEqual(sent)));

        Run("return same(send()) and not same(send() .. 'x')").ShouldBe("true");
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_made_so()
    {
        string? seen = null;
        Give("see", (in call) =>
        {
            seen = call.Text(1);
            return 0;
        });

        Run("see('a\\xff')");

        seen.ShouldBe("a\uFFFD");
    }

    private static int Connect(in Call call)
    {
        var options = call.Options(2);
        var timeout = options.Number("timeout", 7.5);
        var reuse = options.Boolean("reuse", false);
        var count = options.Integer("count", 3);
        var name = options.Text("name");
        var data = options.Bytes("data");
        options.Done();
        return call.Return($"{timeout} {(reuse ? "true" : "false")} {count} {name ?? "nil"} {data?.Length.ToString() ?? "nil"}");
    }
}
