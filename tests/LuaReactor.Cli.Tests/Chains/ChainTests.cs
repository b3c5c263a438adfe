namespace LuaReactor.Cli.Tests.Chains;

/// <summary>Random trees of Deferreds do what a plain model does, and what they do under Twisted.</summary>
public sealed class ChainTests(ITestOutputHelper output) : IDisposable
{
    private const int Programs = 500;

    private static readonly string _differential = Path.Combine(Luareactor.Top, "tests", "differential");

    private readonly ScriptFolder _folder = new();

    public static TheoryData<int> Seeds => [1, Environment.TickCount & 0xFFFFFF];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_programs_do_what_the_model_does(int seed) =>
        Compare(seed, "luareactor", UnderLuareactor, "the model", programs => [.. programs.Select(program => Sorted(ChainModel.Run(program)))]);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_programs_do_what_they_do_under_Twisted(int seed)
    {
        Twisted.Need();
        Compare(seed, "luareactor", UnderLuareactor, "Twisted", programs =>
        {
            var known = programs.Where(program => ChainModel.Run(program).Differs is not null).Select(program => program.Name).ToHashSet();
            return [.. UnderTwisted(programs).Select(trace => known.Contains(trace.Name) ? trace with { Differs = "known" } : trace)];
        });
    }

    // What is collected together is reported in any order.
    private static Trace Sorted(Trace trace)
    {
        var events = trace.Lines.TakeWhile(line => !line.StartsWith("log:", StringComparison.Ordinal)).ToArray();
        return trace with { Lines = [.. events, .. trace.Lines[events.Length..].Order(StringComparer.Ordinal)] };
    }

    private void Compare(
        int seed, string here, Func<IReadOnlyList<ChainProgram>, List<Trace>> ours, string there, Func<IReadOnlyList<ChainProgram>, List<Trace>> theirs)
    {
        output.WriteLine($"seeds {seed} to {seed + Programs - 1}");
        ChainProgram[] programs = [.. Enumerable.Range(seed, Programs).Select(ChainProgram.Random)];

        string? Difference(IReadOnlyList<ChainProgram> tried, out ChainProgram? found)
        {
            var pairs = ours(tried).Zip(theirs(tried), (our, their) => their.Differs is null ? our.FirstDifference(their, here, there) : null).ToArray();
            var at = Array.FindIndex(pairs, difference => difference is not null);
            found = at < 0 ? null : tried[at];
            return at < 0 ? null : pairs[at];
        }

        var said = Difference(programs, out var smallest);
        if (said is null)
        {
            return;
        }

        for (var found = smallest; found is not null;)
        {
            smallest = found;
            said = Difference([.. found.Smaller()], out found) ?? said;
        }

        Assert.Fail($"{said}\nThe smallest program, made from one of seeds {seed} to {seed + Programs - 1}:\n{smallest}");
    }

    private List<Trace> UnderLuareactor(IReadOnlyList<ChainProgram> programs) =>
        Traces(_folder.Run(Path.Combine(_differential, "chains.lua"), Write(programs)));

    private List<Trace> UnderTwisted(IReadOnlyList<ChainProgram> programs) =>
        Traces(Luareactor.Run(Luareactor.In(_differential, Twisted.Python, "-B", "chains.py", Write(programs))));

    private string Write(IReadOnlyList<ChainProgram> programs) => _folder.Write("programs.txt", string.Concat(programs));

    private static List<Trace> Traces(Ended ended)
    {
        ended.Status.ShouldBe(0, ended.Errors);
        return [.. Trace.Read(ended.Output).Select(Sorted)];
    }
}
