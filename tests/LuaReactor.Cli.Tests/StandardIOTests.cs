namespace LuaReactor.Cli.Tests;

/// <summary>Standard input and output as a transport: a pipe, a file, neither.</summary>
public sealed class StandardIOTests : IDisposable
{
    private const string Copy = """
        local class = require("class")
        local protocol = require("twisted.internet.protocol")
        local reactor = require("twisted.internet.reactor")
        local stdio = require("twisted.internet.stdio")
        local Copy = class("Copy", protocol.Protocol)
        function Copy:dataReceived(data) self.transport:write(data) end
        function Copy:connectionLost(reason) io.stderr:write("lost\n") reactor.callLater(0, reactor.stop) end
        stdio.StandardIO(Copy())
        reactor.run()
        """;

    private readonly ScriptFolder _folder = new();

    public StandardIOTests() => _folder.Write("copy.lua", Copy);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_byte_passes_through_a_pipe_unchanged()
    {
        var bytes = new byte[4 << 20];
        new Random(1).NextBytes(bytes);
        using var running = Luareactor.Start(Luareactor.In(_folder.Path, Luareactor.Program, "copy.lua"));

        running.Input.Write(bytes);
        running.EndInput();

        running.WaitForExit().Status.ShouldBe(0);
        running.Output.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        running.Errors.ShouldBe("lost\n");
    }

    [Theory]
    [InlineData("<copy.lua", Copy, "lost\n")]
    [InlineData("</dev/null", "", "lost\n")]
    [InlineData("<&-", "", null)]
    [InlineData("<copy.lua >copied", "", "lost\n")]
    public void It_ends_with_its_input(string redirection, string output, string? errors)
    {
        var ended = Luareactor.Run(Luareactor.In(_folder.Path, "sh", "-c", $"exec {Luareactor.Program} copy.lua {redirection}"));

        ended.Status.ShouldBe(0);
        ended.Output.ShouldBe(output);
        if (errors is not null)
        {
            ended.Errors.ShouldBe(errors);
        }

        if (redirection.EndsWith("copied", StringComparison.Ordinal))
        {
            File.ReadAllText(Path.Combine(_folder.Path, "copied")).ShouldBe(Copy);
        }
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData(">/dev/full")]
    public void Output_that_takes_nothing_ends_nothing_but_the_transport(string redirection)
    {
        var ended = Luareactor.Run(Luareactor.In(_folder.Path, "sh", "-c", $"exec {Luareactor.Program} copy.lua {redirection}"), "hello\n");

        ended.Status.ShouldBe(0);
        ended.Errors.ShouldEndWith("lost\n");
    }

    [Fact]
    public void What_was_being_read_when_it_was_paused_comes_after_it_is_resumed()
    {
        _folder.Write("paused.lua", """
            local protocol = require("twisted.internet.protocol")
            local reactor = require("twisted.internet.reactor")
            local p = protocol.Protocol()
            function p:dataReceived(data) io.write(data) end
            function p:connectionLost() print("lost"); reactor.stop() end
            local transport = require("twisted.internet.stdio").StandardIO(p)
            transport:pauseProducing()
            reactor.callLater(0.2, function()
              print("resumed")
              transport:resumeProducing()
            end)
            reactor.run()
            """);

        var ended = Luareactor.Run(Luareactor.In(_folder.Path, Luareactor.Program, "paused.lua"), "hello\n");

        ended.ShouldBe(new Ended(0, "resumed\nhello\nlost\n", ""));
    }

    [Fact]
    public void A_reader_that_goes_away_is_heard_of()
    {
        var ended = Luareactor.Run(Luareactor.In(_folder.Path, "bash", "-c", $"yes 2>/dev/null | {Luareactor.Program} copy.lua | head -1; exit ${{PIPESTATUS[1]}}"));

        ended.ShouldBe(new Ended(0, "y\n", "lost\n"));
    }

    [Fact]
    public void A_piped_session_gets_all_its_answers()
    {
        var port = FreePort.Next();
        using var server = Luareactor.Start("scripts/echoserver.lua", $"{port}");
        server.ReadLine();

        var ended = Luareactor.Run(Luareactor.In(Luareactor.Top, Luareactor.Program, "scripts/dataforward.lua", "127.0.0.1", $"{port}"), "hello\nquit\n");

        ended.Output.ShouldBe("Connected to server. Press Ctrl-C to close connection.\nYou said: hello\r\nGoodbye.\r\n");
        ended.ShouldBe(ended with { Status = 0, Errors = "" });
    }

    [Fact]
    public void Ctrl_c_while_connected_ends_quietly()
    {
        var port = FreePort.Next();
        using var server = Luareactor.Start("scripts/echoserver.lua", $"{port}");
        server.ReadLine();
        using var client = Luareactor.Start("scripts/dataforward.lua", "127.0.0.1", $"{port}");
        client.ReadLine().ShouldStartWith("Connected to server.");
        client.WaitUntilIdle();

        client.Signal(Luareactor.Interrupt);

        client.WaitForExit().ShouldBe(new Ended(0, "Connected to server. Press Ctrl-C to close connection.\n", ""));
    }
}
