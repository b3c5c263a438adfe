namespace LuaReactor.Cli.Tests;

/// <summary>The tests written in Lua, so that one command runs all.</summary>
public sealed class LuaTests(ITestOutputHelper output)
{
    [Fact]
    public void All_Lua_tests_pass()
    {
        var ended = Luareactor.Run("test", "--jobs", "2", "--timeout", "30", "tests/lua");

        output.WriteLine(ended.Output.TrimEnd().Split('\n')[^1]);
        ended.Status.ShouldBe(0, ended.Output + ended.Errors);
    }
}
