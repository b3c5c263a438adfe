using System.Diagnostics;

namespace LuaReactor.Cli.Tests.Prompt;

public sealed class PlainTests
{
    [Fact]
    public void A_value_is_printed_and_nothing_else() => Run("1+1\n").ShouldBe(("2\n", "", 0));

    [Fact]
    public void Chunks_may_have_several_lines() => Run("for i = 1, 2 do\nprint(i)\nend\n=_\n").Output.ShouldBe("1\n2\nnil\n");

    [Fact]
    public void The_last_value_is_kept() => Run("20+1\n_*2\n").Output.ShouldBe("21\n42\n");

    [Fact]
    public void Bytes_are_escaped_and_cycles_named() =>
        Run("\"a\\0\\255\"\nt = {} t.t = t\nt\n").Output.ShouldBe("\"a\\x00\\xff\"\n{t = <cycle to the top>}\n");

    [Fact]
    public void An_error_has_its_traceback_and_what_follows_is_run()
    {
        var (output, errors, status) = Run("error('boom')\n'alive'\n");

        output.ShouldBe("\"alive\"\n");
        errors.ShouldContain("stdin:1: boom");
        status.ShouldBe(1);
    }

    [Fact]
    public void One_may_wait() => Run("await(task.deferLater(reactor, 0.01, function() return 5 end))\n").Output.ShouldBe("5\n");

    [Fact]
    public void What_is_not_finished_at_the_end_is_an_error() => Run("local x =\n").Errors.ShouldContain("<eof>");

    [Fact]
    public void Commands_work() => Run(":timers\n:doc reactor.callLater\n:nonsense\n").Output.ShouldStartWith("no timers\nreactor.callLater(");

    [Fact]
    public void With_i_there_are_prompts() => Run("1\n", "-i").Output.ShouldBe("> 1\n> \n");

    private static (string Output, string Errors, int Status) Run(string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Terminal.Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, errors.Result, process.ExitCode);
    }
}
