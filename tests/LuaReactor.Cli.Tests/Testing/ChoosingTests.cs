namespace LuaReactor.Cli.Tests.Testing;

/// <summary>Which tests are run, in which order and how often.</summary>
public sealed class ChoosingTests : IDisposable
{
    private readonly TestFolder _tests = new TestFolder()
        .With("test_a.lua", "function T:test_1() end function T:test_2() self:fail() end function T:test_3() end")
        .With("test_b.lua", "function T:test_1() end function T:test_2() self:fail() end");

    public void Dispose() => _tests.Dispose();

    [Fact]
    public void A_filter_is_a_text_or_a_pattern() =>
        Ids(_tests.Run("--verbose", "--filter", "test_[13]$")).ShouldBe(["test_a.lua:T.test_1", "test_a.lua:T.test_3", "test_b.lua:T.test_1"]);

    [Fact]
    public void A_test_is_picked_by_name() =>
        Ids(_tests.Run("test_a.lua:T.test_3", "--verbose")).ShouldBe(["test_a.lua:T.test_3"]);

    [Theory]
    [InlineData("--verbose")]
    [InlineData("--jobs=2")]
    public void Those_that_failed_last_time_are_run_alone(string option)
    {
        _tests.Run(option);

        var again = _tests.Run("--verbose", option, "--failed");

        Ids(again).ShouldBe(["test_a.lua:T.test_2", "test_b.lua:T.test_2"], ignoreOrder: true);
    }

    [Fact]
    public void When_nothing_failed_all_are_run()
    {
        var ended = _tests.Run("--failed", "test_a.lua:T.test_1");

        ended.Output.ShouldContain("nothing failed last time: all tests are run");
        ended.Output.ShouldEndWith("\n1 passed, 0 failed\n");
    }

    [Fact]
    public void A_seed_gives_an_order_and_gives_it_again()
    {
        for (var i = 0; i < 20; i++)
        {
            _tests.With($"test_c{i}.lua", "function T:test_1() end");
        }

        var first = Ids(_tests.Run("--verbose", "--seed=7"));
        var second = Ids(_tests.Run("--verbose", "--seed=7"));
        var sorted = Ids(_tests.Run("--verbose"));

        second.ShouldBe(first);
        first.ShouldNotBe(sorted);
        first.ShouldBe(sorted, ignoreOrder: true);
        _tests.Run("--seed=7").Output.ShouldStartWith("seed 7\n");
    }

    [Fact]
    public void All_is_run_as_often_as_asked() =>
        _tests.Run("--repeat=3").Output.ShouldEndWith("\n9 passed, 6 failed\n");

    [Fact]
    public void Until_failure_ends_with_the_round_that_fails()
    {
        _tests.WithText("test_c.lua", """
            describe("a counter", function()
              it("fails the third time", function()
                local f = io.open("count", "a+")
                f:write("x")
                f:seek("set")
                local text = f:read("a")
                f:close()
                assert(#text < 3, "third")
              end)
            end)
            """);

        _tests.Run("--until-failure", "test_c.lua").Output.ShouldEndWith("\n2 passed, 1 failed\n");
        _tests.Run("--until-failure", "--repeat=2", "test_a.lua:T.test_1").Output.ShouldEndWith("\n2 passed, 0 failed\n");
    }

    [Fact]
    public void Watch_runs_again_when_a_script_has_changed()
    {
        using var running = Luareactor.Start(Luareactor.In(_tests.Path, Luareactor.Program, "test", "--watch", "test_a.lua"));
        WaitFor("2 passed, 1 failed");
        _tests.With("test_a.lua", "function T:test_1() end");
        WaitFor("1 passed, 0 failed");

        running.Signal(Luareactor.Interrupt);

        // The run may be over, but not quite.
        running.WaitForExit().Status.ShouldBeOneOf(0, 130);

        void WaitFor(string last)
        {
            while (running.ReadLine() is { } line && line != last)
            {
            }
        }
    }

    private static List<string> Ids(Ended ended) =>
        [.. ended.Output.Split('\n').Where(line => line.Contains(" ... ", StringComparison.Ordinal)).Select(line => line.Split(" ... ")[0])];
}
