namespace LuaReactor.Cli.Tests;

/// <summary>The program that embeds the host, run as its author would run it.</summary>
public sealed class EmbeddingTests
{
    [Fact]
    public void A_program_gives_a_script_functions_and_calls_its_own()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var program = Path.Combine(Luareactor.Top, "tests/EmbeddingExample/bin", configuration, "net10.0/EmbeddingExample.dll");

        var ended = Luareactor.Run(Luareactor.In(Luareactor.Top, "dotnet", program));

        ended.ShouldBe(new Ended(0, "app 1.0\nthe answer is 42\nfalse\ta name is needed\nHello, reader!\n", ""));
    }
}
