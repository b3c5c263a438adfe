namespace LuaReactor.Cli.Tests;

/// <summary>The Lua side is tested in Lua: tests/lua, run by <c>luareactor test</c>.</summary>
public sealed class LuaTests
{
    [Fact]
    public void The_Lua_tests_pass()
    {
        var ended = Luareactor.Run("test", "tests/lua");

        Assert.SkipWhen(ended.Errors.Contains("test: not yet", StringComparison.Ordinal), "luareactor test is not there yet.");
        ended.Status.ShouldBe(0, ended.Output + ended.Errors);
    }
}
