namespace LuaReactor.Cli.Tests.Prompt;

public sealed class TerminalTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void One_types_a_chunk_of_several_lines_and_sees_its_values_and_leaves()
    {
        Begin();

        _terminal.Line("1+1");
        _terminal.WaitFor("\n2\n");
        _terminal.Line("for i = 1, 2 do");
        _terminal.WaitFor("\n>>");
        _terminal.Line("print('世界', i) end");
        _terminal.WaitFor("世界    2");
        _terminal.Press("C-d");

        _terminal.WaitFor("status 0");
    }

    [Fact]
    public void Timers_fire_while_one_types_and_the_line_stays_whole()
    {
        Begin();

        _terminal.Line("reactor.callLater(1, print, 'fired!')");
        _terminal.WaitForPrompt();
        _terminal.Press("half a li");

        _terminal.WaitFor("\nfired!\n> half a li");
    }

    [Fact]
    public void Tab_completes()
    {
        Begin();

        _terminal.Press("reactor.callLa", "Tab");
        _terminal.WaitFor("> reactor.callLater");
        _terminal.Press("C-u");
        _terminal.Press("reactor.call", "Tab", "Tab");

        _terminal.WaitFor("callFromThread   callLater");
    }

    [Theory]
    [InlineData("mark() while true do pcall(function() while true do end end) end", "interrupted!")]
    [InlineData("coroutine.wrap(function() mark() while true do end end)()", "interrupted!")]
    [InlineData("reactor.callLater(0, mark) await(defer.Deferred())", "gave up waiting")]
    public void Ctrl_C_ends_what_does_not(string code, string says)
    {
        Begin();

        var running = Path.Combine(_terminal.Folder, "running");
        _terminal.Line($"function mark() io.open('{running}', 'w'):close() end");
        _terminal.WaitForPrompt();
        _terminal.Line(code);
        SpinWait.SpinUntil(() => File.Exists(running), TimeSpan.FromSeconds(20)).ShouldBeTrue();
        _terminal.Press("C-c");

        _terminal.WaitFor(says);
        _terminal.Line("'alive'");
        _terminal.WaitFor("\n\"alive\"");
    }

    [Fact]
    public void Ctrl_C_drops_the_line()
    {
        Begin();

        _terminal.Press("error(");
        _terminal.WaitFor("> error(");
        _terminal.Press("C-c");
        _terminal.WaitForPrompt();
        _terminal.Line("'next'");

        _terminal.WaitFor("\n\"next\"");
    }

    [Fact]
    public void A_pasted_page_is_one_chunk()
    {
        Begin();

        _terminal.Paste("local n = 0\nfor i = 1, 3 do\n\tn = n + i\nend\nprint('sum', n)\n");
        _terminal.WaitFor(">> print('sum', n)");
        _terminal.Press("Enter");

        _terminal.WaitFor("sum     6");
    }

    [Fact]
    public void A_long_line_survives_a_narrower_terminal()
    {
        Begin();

        _terminal.Press("x = 'one two three four five six seven eight nine ten eleven'");
        _terminal.WaitFor("eleven'");
        _terminal.Resize(40);
        _terminal.Press(" .. '!'", "Enter");
        _terminal.WaitForPrompt();
        _terminal.Line("#x");

        _terminal.WaitFor("\n56\n");
    }

    [Fact]
    public void What_was_typed_is_remembered_by_the_next_run()
    {
        Begin();
        _terminal.Line("'remember me'");
        _terminal.WaitFor("\n\"remember me\"");
        _terminal.Press("C-d");
        _terminal.WaitFor("status 0");

        File.ReadAllText(Path.Combine(_terminal.Folder, "luareactor", "history")).ShouldBe("'remember me'\n");
    }

    [Fact]
    public void A_Deferred_tells_when_it_fires()
    {
        Begin();

        _terminal.Line("task.deferLater(reactor, 0.3, function() return 'late' end)");

        _terminal.WaitFor("<Deferred #1, pending>");
        _terminal.WaitFor("<Deferred #1> fired: \"late\"");
    }

    [Fact]
    public void An_error_of_a_callback_does_not_end_the_prompt()
    {
        Begin();

        _terminal.Line("reactor.callLater(0, error, 'in a callback')");
        _terminal.WaitFor("Unhandled Error");
        _terminal.Line("'alive'");

        _terminal.WaitFor("\n\"alive\"");
    }

    [Fact]
    public void Ctrl_C_stops_a_script_that_runs_no_reactor()
    {
        var script = Path.Combine(_terminal.Folder, "busy.lua");
        File.WriteAllText(script, "print('busy')\nlocal function busy() while true do pcall(error, 1) end end\nbusy()\n");
        _terminal.Start(script);
        _terminal.WaitFor("busy");
        _terminal.Press("C-c");

        var screen = _terminal.WaitFor("status 1");

        screen.ShouldContain("luareactor: interrupted!");
        screen.ShouldContain("busy.lua:2: in ");
    }

    [Fact]
    public void One_attaches_to_a_running_program_and_interrupts_there_without_ending_it()
    {
        var script = Path.Combine(_terminal.Folder, "server.lua");
        var socket = Path.Combine(_terminal.Folder, "manhole");
        File.WriteAllText(script, "local reactor = require('twisted.internet.reactor')\ncounter = 41\nreactor.run()\n");
        using var server = System.Diagnostics.Process.Start("dotnet", [Terminal.Program, "--manhole", "unix:" + socket, script]);
        SpinWait.SpinUntil(() => File.Exists(socket), TimeSpan.FromSeconds(20)).ShouldBeTrue();
        try
        {
            _terminal.Start("attach " + socket);
            _terminal.WaitForPrompt();
            (!OperatingSystem.IsWindows() && File.GetUnixFileMode(socket) == (UnixFileMode.UserRead | UnixFileMode.UserWrite)).ShouldBeTrue();
            _terminal.Press("coun", "Tab");
            _terminal.WaitFor("> counter");
            _terminal.Press(" + 1", "Enter");
            _terminal.WaitFor("\n42\n");
            var looping = Path.Combine(_terminal.Folder, "looping");
            _terminal.Line($"io.open('{looping}', 'w'):close() while true do end");
            SpinWait.SpinUntil(() => File.Exists(looping), TimeSpan.FromSeconds(20)).ShouldBeTrue();
            _terminal.Press("C-c");
            _terminal.WaitFor("interrupted!");
            _terminal.Line("print('to me')");
            _terminal.WaitFor("\nto me");
            _terminal.Press("C-d");
            _terminal.WaitFor("status 0");

            server.HasExited.ShouldBeFalse();
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private void Begin()
    {
        _terminal.Start();
        _terminal.WaitForPrompt();
    }
}
