namespace LuaReactor.Cli.Tests;

/// <summary>An error that nobody handled is reported: while the loop is idle, and at the end.</summary>
public sealed class UnhandledTests : IDisposable
{
    private const string Prelude = """
        local defer = require("twisted.internet.defer")
        local log = require("twisted.python.log")
        local reactor = require("twisted.internet.reactor")
        log.addObserver(function(event) print(event.failure:getErrorMessage()) end)
        reactor.callLater(600, print, "far")
        local function fail(what)
          local d = defer.Deferred()
          d:addCallback(function() error(what, 0) end)
          d:callback(1)
          return d
        end

        """;

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lost_failure_is_reported_while_the_loop_waits_for_a_far_timer()
    {
        using var running = Start("""reactor.callLater(0.01, fail, "lost") reactor.run()""");

        running.ReadLine().ShouldBe("lost");
    }

    [Fact]
    public void Failures_lost_one_after_the_other_are_all_reported()
    {
        using var running = Start("""
            for i = 1, 300 do reactor.callLater(i / 10000, fail, "lost " .. i) end
            reactor.run()
            """);

        var reported = Enumerable.Range(0, 300).Select(_ => running.ReadLine());

        reported.ShouldBe(Enumerable.Range(1, 300).Select(i => $"lost {i}"), ignoreOrder: true);
    }

    [Fact]
    public void A_failure_that_is_kept_is_reported_when_it_is_dropped()
    {
        using var running = Start("""
            local kept = fail("dropped")
            reactor.callLater(0.3, function() kept = nil print("dropping") end)
            reactor.run()
            """);

        running.ReadLine().ShouldBe("dropping");
        running.ReadLine().ShouldBe("dropped");
    }

    [Fact]
    public void A_failure_of_the_main_chunk_is_reported_while_it_waits()
    {
        using var running = Start("""fail("lost") defer.await(defer.Deferred())""");

        running.ReadLine().ShouldBe("lost");
    }

    [Fact]
    public void A_failure_that_is_still_kept_is_reported_at_the_end()
    {
        using var running = Start("""kept = fail("kept") reactor.callLater(0.01, reactor.stop) reactor.run()""");

        running.ReadLine().ShouldBe("kept");
        running.ReadLine().ShouldBeNull();
    }

    [Fact]
    public void A_kept_failure_keeps_an_idle_loop_asleep()
    {
        using var running = Start("""
            kept = fail("kept")
            reactor.callLater(0.1, function()
              collectgarbage = function() print("collected") return 0 end
            end)
            reactor.callLater(0.5, print, "woken")
            reactor.callLater(1, reactor.stop)
            reactor.run()
            """);

        var lines = running.WaitForExit().Lines;

        // Once after each timer at most, and twice at the end.
        lines.Count(line => line == "collected").ShouldBeLessThan(6);
        lines.ShouldContain("woken");
    }

    [Theory]
    [InlineData("defer.Deferred(function() end)")]
    [InlineData("require('twisted.internet.task').deferLater(reactor, 0)")]
    public void A_report_names_the_line_that_made_the_Deferred_and_the_line_that_failed(string makes)
    {
        _folder.Write("script.lua", $"""
            local defer = require("twisted.internet.defer")
            local reactor = require("twisted.internet.reactor")
            local d = {makes}
            d:addCallback(function()
              error("broken")
            end)
            reactor.callLater(0.01, function()
              pcall(d.callback, d)
              reactor.stop()
            end)
            reactor.run()
            """);

        var ended = _folder.Run("script.lua");

        ended.Errors.ShouldContain("the Deferred was made by script.lua:3");
        ended.Errors.ShouldContain("script.lua:5: broken");
    }

    [Fact]
    public void What_made_a_Deferred_is_noted_again_after_a_callback_that_made_many()
    {
        _folder.Write("script.lua", """
            local defer = require("twisted.internet.defer")
            local reactor = require("twisted.internet.reactor")
            for _ = 1, 5000 do defer.Deferred() end
            reactor.callLater(0, function()
              for _ = 1, 16 do defer.Deferred() end
              defer.Deferred():errback("broken")
              reactor.stop()
            end)
            reactor.run()
            """);

        _folder.Run("script.lua").Errors.ShouldContain("the Deferred was made by script.lua:6");
    }

    private Luareactor Start(string script)
    {
        _folder.Write("script.lua", Prelude + script);
        return Luareactor.Start(Luareactor.In(_folder.Path, Luareactor.Program, "script.lua"));
    }
}
