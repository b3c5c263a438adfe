namespace LuaReactor.Cli.Tests.Testing;

/// <summary><c>luareactor test</c> on tests that fail, break, hang, leave things behind and crash.</summary>
public sealed class TestCommandTests : IDisposable
{
    private readonly TestFolder _tests = new();

    public void Dispose() => _tests.Dispose();

    [Fact]
    public void Tests_that_pass_are_counted_in_the_last_line()
    {
        _tests.With("test_a.lua", "function T:test_1() end function T:test_2() self:skipTest('why') end");

        var ended = _tests.Run();

        ended.Status.ShouldBe(0, ended.Errors);
        ended.Output.ShouldEndWith("\n1 passed, 0 failed, 1 skipped\n");
        ended.Output.ShouldContain("skipped test_a.lua:T.test_2: why");
    }

    [Fact]
    public void A_failure_shows_how_the_values_differ_and_an_error_its_line()
    {
        _tests.With("test_a.lua", """
            function T:test_fails() self:assertEqual({ 1, 2 }, { 1, 3 }) end
            function T:test_breaks() error("boom") end
            """);

        var ended = _tests.Run();

        ended.Status.ShouldBe(1);
        ended.Output.ShouldContain("FAILED test_a.lua:T.test_fails\n  not equal:");
        ended.Output.ShouldContain("2 is not 3");
        ended.Output.ShouldContain("ERROR test_a.lua:T.test_breaks\n  test_a.lua:8: boom");
        ended.Output.ShouldEndWith("\n0 passed, 2 failed\n");
    }

    [Theory]
    [InlineData("reactor.callLater(100, print)", "timer: DelayedCall due in")]
    [InlineData("reactor.listenTCP(0, protocol.ServerFactory(), { interface = '127.0.0.1' })", "port: Port listening on 127.0.0.1:")]
    [InlineData("defer.fail(unittest.FailTest('unheard'))", "logged: unheard")]
    public void What_a_test_leaves_behind_is_named_with_the_line_that_made_it(string leaves, string named)
    {
        _tests.With("test_a.lua", $"function T:test_1()\n{leaves}\nend\nfunction T:test_2() end");

        var ended = _tests.Run();

        ended.Status.ShouldBe(1);
        ended.Output.ShouldContain(named);
        ended.Output.ShouldContain("test_a.lua:8");
        ended.Output.ShouldEndWith("\n1 passed, 1 failed\n");
    }

    [Fact]
    public void A_connection_left_open_is_named()
    {
        _tests.With("test_a.lua", """
            function T:test_1()
              local factory = protocol.ServerFactory()
              factory.protocol = protocol.Protocol
              local port = reactor.listenTCP(0, factory, { interface = "127.0.0.1" })
              self:addCleanup(port.stopListening, port)
              local made = defer.Deferred()
              local Client = class("Client", protocol.Protocol)
              function Client:connectionMade() made:callback(nil) end
              local clients = protocol.ClientFactory()
              clients.protocol = Client
              reactor.connectTCP("127.0.0.1", port:getHost().port, clients)
              return made
            end
            """);

        var ended = _tests.Run();

        ended.Status.ShouldBe(1);
        ended.Output.ShouldContain("connection: Connection with 127.0.0.1:");
        ended.Output.ShouldContain("test_a.lua:17");
    }

    [Fact]
    public void A_test_that_waits_for_ever_fails_after_its_time()
    {
        _tests.With("test_a.lua", "function T:test_1() return defer.Deferred() end function T:test_2() end");

        var ended = _tests.Run("--timeout", "0.2");

        ended.Status.ShouldBe(1);
        ended.Output.ShouldContain("T.test_1 (test) still running after 0.2 s");
        ended.Output.ShouldEndWith("\n1 passed, 1 failed\n");
    }

    [Theory]
    [InlineData("while true do end", "still running after 0.5 s, and it does not let the loop turn")]
    [InlineData("while true do pcall(function() while true do end end) end", "still running after 0.5 s")]
    [InlineData("os.exit(0)", "its process ended, exit status 0")]
    [InlineData("os.exit(3)", "its process ended, exit status 3")]
    [InlineData("local f = io.open('/proc/self/stat') local pid = f:read('n') f:close() os.execute('kill -9 ' .. pid)", "its process was ended by signal 9")]
    public void A_test_that_blocks_or_ends_its_process_fails_by_name_and_the_others_run(string code, string reported)
    {
        _tests.With("test_a.lua", $"""
            function T:test_1() end
            function T:test_2() {code} end
            function T:test_3() end
            """);

        var ended = _tests.Run("--timeout", "0.5");

        ended.Status.ShouldBe(1);
        ended.Output.ShouldContain($"ERROR test_a.lua:T.test_2\n  {reported}");
        ended.Output.ShouldEndWith("\n2 passed, 1 failed\n");
    }

    [Fact]
    public void Files_that_cannot_be_loaded_fail_by_name_and_the_others_run()
    {
        _tests.With("test_a.lua", "function T:test_1() end").WithText("test_b.lua", "x = = 1").WithText("test_c.lua", "os.exit(0)")
            .WithText("test_d.lua", "error('at load')").With("test_e.lua", "function T:test_1() end");

        var ended = _tests.Run();

        ended.Status.ShouldBe(1);
        ended.Output.ShouldContain("ERROR test_b.lua\n  test_b.lua:1: unexpected symbol near '='");
        ended.Output.ShouldContain("ERROR test_c.lua\n  its process ended");
        ended.Output.ShouldContain("ERROR test_d.lua\n  test_d.lua:1: at load");
        ended.Output.ShouldEndWith("\n2 passed, 3 failed\n");
    }

    [Fact]
    public void A_path_that_is_not_there_and_a_folder_without_tests_are_no_success()
    {
        _tests.Run("nowhere").Output.ShouldContain("no such file or folder: nowhere");
        var nothing = _tests.Run();

        nothing.Status.ShouldBe(1);
        nothing.Output.ShouldContain("there are no tests to run");
    }

    [Fact]
    public void What_tests_print_is_passed_on_as_it_is()
    {
        _tests.With("test_a.lua", """function T:test_1() print("\xff printed") io.write("half a line") end""");

        _tests.Run().Output.ShouldContain("\uFFFD printed\nhalf a line.");
    }

    [Fact]
    public void Ctrl_C_ends_the_run_with_a_report_of_what_there_is()
    {
        _tests.With("test_a.lua", """
            function T:test_1() end
            function T:test_2() print("waiting") return defer.Deferred() end
            """);
        using var running = Luareactor.Start(Luareactor.In(_tests.Path, Luareactor.Program, "test", "--verbose"));
        while (running.ReadLine() is { } line && !line.Contains("test_2", StringComparison.Ordinal))
        {
        }

        running.Signal(Luareactor.Interrupt);
        var ended = running.WaitForExit();

        ended.Status.ShouldBe(130);
        ended.Output.ShouldEndWith("\n1 passed, 0 failed\n");
        ended.Errors.ShouldContain("interrupted in test_a.lua:T.test_2");
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("--jobs=0")]
    [InlineData("--seed=x")]
    [InlineData("--timeout=-1")]
    [InlineData("--reporter=xml")]
    [InlineData("--repeat")]
    public void A_wrong_command_line_has_the_usage_for_an_answer(string option)
    {
        var ended = _tests.Run(option);

        ended.Status.ShouldBe(2);
        ended.Errors.ShouldContain("usage: luareactor test");
    }
}
