namespace LuaReactor.Cli.Tests;

/// <summary><c>luareactor doc</c>, and the prompt's <c>:doc</c>, which shows the same.</summary>
public sealed class DocTests
{
    [Fact]
    public void A_function_is_shown_with_its_signature_its_comment_and_its_example()
    {
        var lines = Luareactor.Run("doc", "defer.succeed").Lines;

        lines[..5].ShouldBe(["defer.succeed(result: any): Deferred", "", "A Deferred that has fired with a result.", "", "  result: not a Deferred"]);
        lines.ShouldContain("Example:");
        lines.ShouldContain("    local defer = require(\"twisted.internet.defer\")");
        lines.ShouldContain("It prints:");
    }

    [Theory]
    [InlineData("twisted.internet.defer.Deferred.addCallback", "Deferred:addCallback(")]
    [InlineData("deferred:addcallback", "Deferred:addCallback(")]
    [InlineData("transport:write", "Transport:write(data: string)")]
    [InlineData("Connector.state", "Connector.state: \"connecting\"|")]
    [InlineData("LineReceiver.connectionMade", "BaseProtocol:connectionMade()")]
    [InlineData("error.ValueError", "exception.ValueError(")]
    [InlineData("error.ConnectionRefusedError", "error.ConnectionRefusedError(osError?: any, message?: string)")]
    [InlineData("class", "class(name: string")]
    [InlineData("pretty", "pretty(value: any")]
    [InlineData("describe", "describe(name: string, f: fun())")]
    public void A_name_may_be_given_in_more_than_one_way(string name, string beginning) =>
        Luareactor.Run("doc", name).Output.ShouldStartWith(beginning);

    [Fact]
    public void Without_a_name_the_modules_are_listed()
    {
        var output = Luareactor.Run("doc").Output;

        output.ShouldContain("\n  twisted.internet.defer          Deferreds: results that come later, and functions that wait for them.\n");
        output.ShouldContain("\n  Transport ");
        output.ShouldNotContain("luareactor.");
    }

    [Fact]
    public void A_module_is_shown_with_its_names()
    {
        var output = Luareactor.Run("doc", "basic").Output;

        output.ShouldStartWith("twisted.protocols.basic\n\nThe basic protocols: lines, strings, files.\n");
        output.ShouldContain("\n  basic.LineReceiver ");
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_tells_near_ones()
    {
        var ended = Luareactor.Run("doc", "reactor.calLatr");

        ended.Status.ShouldBe(1);
        ended.Output.ShouldBeEmpty();
        ended.Errors.ShouldStartWith("luareactor: nothing is written about 'reactor.calLatr'; there is ");
        ended.Errors.ShouldContain("reactor.callLater");
    }

    [Fact]
    public void Two_names_are_wrong_usage() => Luareactor.Run("doc", "defer", "task").Status.ShouldBe(2);

    [Fact]
    public void The_prompt_shows_the_same()
    {
        var start = Luareactor.In(Luareactor.Top, Luareactor.Program);

        Luareactor.Run(start, ":doc Deferred:cancel\n").Output.ShouldBe(Luareactor.Run("doc", "Deferred:cancel").Output);
    }

    [Fact]
    public void The_prompt_shows_comments_of_the_sessions_own_functions()
    {
        using var folder = new ScriptFolder();
        folder.Write("mine.lua", "---Twice as much.\nfunction twice(x) return 2 * x end\n");

        var ended = Luareactor.Run(Luareactor.In(folder.Path, Luareactor.Program), ":load mine.lua\n:doc twice\n");

        ended.Output.ShouldBe("Twice as much.\nfunction twice(x) return 2 * x end\n(mine.lua:2)\n");
    }
}
