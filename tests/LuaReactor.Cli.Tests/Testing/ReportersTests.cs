using System.Text.Json;
using System.Xml.Linq;

namespace LuaReactor.Cli.Tests.Testing;

/// <summary>The same run as told by each reporter.</summary>
public sealed class ReportersTests : IDisposable
{
    private readonly TestFolder _tests = new TestFolder().With("test_a.lua", """
        function T:test_1() print("# printed by a test") end
        function T:test_2() self:fail("no") end
        function T:test_3() os.exit(0) end
        function T:test_4() self:skipTest("later") end
        T.test_5 = unittest.mark(function() error("known") end, { todo = "one day" })
        """);

    public void Dispose() => _tests.Dispose();

    [Fact]
    public void Tap()
    {
        var lines = _tests.Run("--reporter", "tap").Output.Split('\n');

        lines.Where(line => !line.StartsWith(' ')).ShouldBe(
        [
            "TAP version 13",
            "ok 1 - test_a.lua:T.test_1",
            "not ok 2 - test_a.lua:T.test_2",
            "not ok 3 - test_a.lua:T.test_3",
            "ok 4 - test_a.lua:T.test_4 # SKIP later",
            "not ok 5 - test_a.lua:T.test_5 # TODO one day",
            "1..5",
            "# 2 passed, 2 failed, 1 skipped",
            "",
        ]);
    }

    [Fact]
    public void JUnit()
    {
        var suite = XDocument.Parse(_tests.Run("--reporter", "junit").Output).Root!;

        suite.Attribute("tests")!.Value.ShouldBe("5");
        suite.Attribute("failures")!.Value.ShouldBe("1");
        suite.Attribute("errors")!.Value.ShouldBe("1");
        suite.Descendants("failure").Single().Attribute("message")!.Value.ShouldBe("no");
        suite.Descendants("error").Single().Attribute("message")!.Value.ShouldContain("os.exit");
        suite.Descendants("skipped").Count().ShouldBe(2);
    }

    [Fact]
    public void Json()
    {
        var events = _tests.Run("--reporter=json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        events[0].GetProperty("event").GetString().ShouldBe("run");
        events[0].GetProperty("count").GetInt32().ShouldBe(5);
        events.Where(told => told.GetProperty("event").GetString() == "test").Select(told => told.GetProperty("outcome").GetString())
            .ShouldBe(["passed", "failed", "error", "skipped", "todo"]);
        events[^1].GetProperty("failed").GetInt32().ShouldBe(2);
    }

    [Fact]
    public void Output_goes_to_a_file_beside_the_report_for_people()
    {
        var ended = _tests.Run("--reporter=tap", "--output", "report.tap");

        File.ReadAllText(Path.Combine(_tests.Path, "report.tap")).ShouldStartWith("TAP version 13\n");
        ended.Output.ShouldContain("# printed by a test");
        ended.Output.ShouldEndWith("\n2 passed, 2 failed, 1 skipped\n");
    }

    [Fact]
    public void Several_processes_tell_the_same_as_one()
    {
        _tests.With("test_b.lua", "function T:test_1() self:fail('b') end").With("test_c.lua", "function T:test_1() end");

        var one = _tests.Run("--reporter=tap").Output.Split('\n');
        var many = _tests.Run("--reporter=tap", "--jobs=3").Output.Split('\n');

        many.Select(Name).ShouldBe(one.Select(Name), ignoreOrder: true);

        static string Name(string line) => System.Text.RegularExpressions.Regex.Replace(line, @"ok \d+", "ok");
    }

    [Fact]
    public void Nothing_is_coloured_or_written_over_where_there_is_no_terminal() =>
        _tests.Run().Output.ShouldNotContain("\u001b");

    [Fact]
    public void Colours_can_be_asked_for() =>
        _tests.Run("--colour").Output.ShouldContain("\u001b[31m2 passed, 2 failed, 1 skipped\u001b[0m");
}
