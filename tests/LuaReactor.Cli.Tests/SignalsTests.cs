namespace LuaReactor.Cli.Tests;

/// <summary>Ctrl-C and SIGTERM, as a shell's user sends them.</summary>
public sealed class SignalsTests
{
    [Theory]
    [InlineData(Luareactor.Interrupt)]
    [InlineData(Luareactor.Terminate)]
    public void The_first_signal_stops_the_reactor(int signal)
    {
        using var running = Luareactor.Start("scripts/runreactor.lua");
        running.ReadLine().ShouldBe("Running the reactor ...");
        running.WaitUntilIdle();

        running.Signal(signal);

        running.WaitForExit().ShouldBe(new Ended(0, "Running the reactor ...\nReactor stopped.\n", ""));
    }

    [Fact]
    public void A_second_one_while_stopping_ends_the_process_with_130()
    {
        using var running = Luareactor.Start("-e", """
            local reactor = require("twisted.internet.reactor")
            local defer = require("twisted.internet.defer")
            reactor.addSystemEventTrigger("before", "shutdown", function() print("stopping") return defer.Deferred() end)
            reactor.callWhenRunning(print, "running")
            reactor.run()
            """);
        running.ReadLine().ShouldBe("running");
        running.Signal(Luareactor.Interrupt);
        running.ReadLine().ShouldBe("stopping");

        running.Signal(Luareactor.Interrupt);

        running.WaitForExit().Status.ShouldBe(130);
    }

    [Fact]
    public void A_loop_that_does_not_return_is_ended_by_the_second()
    {
        using var running = Luareactor.Start("-e", """
            local reactor = require("twisted.internet.reactor")
            reactor.callWhenRunning(function()
              print("looping")
              while true do end
            end)
            reactor.run()
            """);
        running.ReadLine().ShouldBe("looping");
        running.Signal(Luareactor.Interrupt);
        // The same signal twice at once is one signal: the second is sent when the first was taken.
        WaitUntil(() => !Status(running, "ShdPnd").Contains('2', StringComparison.Ordinal));

        running.Signal(Luareactor.Interrupt);

        running.WaitForExit().Status.ShouldBe(130);
    }

    [Fact]
    public void Where_no_reactor_runs_ctrl_c_interrupts_as_in_lua()
    {
        using var running = Luareactor.Start("-e", "print('looping') io.stdout:flush() while true do end");
        running.ReadLine().ShouldBe("looping");

        running.Signal(Luareactor.Interrupt);

        var ended = running.WaitForExit();
        ended.Errors.ShouldStartWith("luareactor: interrupted!\nstack traceback:");
        ended.Status.ShouldBe(1);
    }

    [Fact]
    public void A_signal_that_was_ignored_at_the_start_stays_ignored()
    {
        using var running = Luareactor.Start(Luareactor.In(Luareactor.Top, "env", "--ignore-signal=INT", Luareactor.Program, "scripts/runreactor.lua"));
        running.ReadLine().ShouldBe("Running the reactor ...");
        running.WaitUntilIdle();
        running.Signal(Luareactor.Interrupt);
        running.Signal(Luareactor.Interrupt);

        running.Signal(Luareactor.Terminate);

        running.WaitForExit().ShouldBe(new Ended(0, "Running the reactor ...\nReactor stopped.\n", ""));
    }

    [Fact]
    public void Ctrl_c_with_an_open_connection_closes_it_cleanly()
    {
        var port = FreePort.Next();
        using var server = Luareactor.Start("scripts/echoserver.lua", $"{port}");
        server.ReadLine().ShouldBe("Server running, Press Ctrl-C to stop.");
        using var client = new System.Net.Sockets.TcpClient("127.0.0.1", port);
        server.ReadLine().ShouldBe("Connection from 127.0.0.1");

        server.Signal(Luareactor.Interrupt);

        client.GetStream().ReadByte().ShouldBe(-1);
        server.WaitForExit().Status.ShouldBe(0);
    }

    private static string Status(Luareactor running, string key) =>
        File.ReadLines($"/proc/{running.Id}/status").First(line => line.StartsWith(key, StringComparison.Ordinal))[(key.Length + 1)..];

    private static void WaitUntil(Func<bool> condition) => SpinWait.SpinUntil(condition, Luareactor.Patience).ShouldBeTrue();
}
