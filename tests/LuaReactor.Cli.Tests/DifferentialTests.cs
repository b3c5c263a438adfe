namespace LuaReactor.Cli.Tests;

/// <summary>The same programs under real Twisted and under luareactor: what they trace is the same, line by line.</summary>
/// <remarks>By hand: <c>tests/differential/driver.py</c> runs and translates <c>programs/*.py</c>, <c>driver.lua</c> runs the translations.</remarks>
public sealed class DifferentialTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string _here = Path.Combine(Luareactor.Top, "tests", "differential");

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Programs_trace_the_same_as_under_Twisted_but_where_they_declare_a_difference()
    {
        Twisted.Need();
        var programs = Directory.GetFiles(Path.Combine(_here, "programs"), "*.py").Order(StringComparer.Ordinal);

        var theirs = Trace.Read(UnderTwisted([.. programs]));
        var ours = Trace.Read(UnderLuareactor(theirs));

        theirs.Count.ShouldBeGreaterThan(200);
        ours.Select(trace => trace.Name).ShouldBe(theirs.Select(trace => trace.Name));
        var wrong = new List<string>();
        foreach (var (twisted, luareactor) in theirs.Zip(ours))
        {
            var difference = luareactor.FirstDifference(twisted, "luareactor", "Twisted");
            if (twisted.Differs is null && difference is not null)
            {
                wrong.Add(difference);
            }
            else if (twisted.Differs is { } reason && difference is null)
            {
                wrong.Add($"{twisted.Name} does not differ any more: \"{reason}\"");
            }
        }

        output.WriteLine($"{theirs.Count} programs, {theirs.Count(trace => trace.Differs is not null)} declared to differ");
        wrong.ShouldBeEmpty();
    }

    private string UnderTwisted(string[] programs) =>
        Succeeded(Luareactor.Run(Luareactor.In(_here, [Twisted.Python, "-B", "-W", "ignore", "driver.py", _folder.Path, .. programs])));

    private string UnderLuareactor(List<Trace> traces) =>
        Succeeded(_folder.Run([Path.Combine(_here, "driver.lua"), .. traces.Select(trace => trace.Name + ".lua")]));

    private static string Succeeded(Ended ended)
    {
        ended.Status.ShouldBe(0, ended.Errors);
        return ended.Output;
    }
}
