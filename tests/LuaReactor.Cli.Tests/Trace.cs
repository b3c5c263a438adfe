namespace LuaReactor.Cli.Tests;

/// <summary>What a program of the differential test traced, as the drivers print it.</summary>
/// <param name="Name">The program's.</param>
/// <param name="Differs">Why it is meant to trace something else under Twisted; null when it is not.</param>
/// <param name="Lines">Its events.</param>
internal sealed record Trace(string Name, string? Differs, string[] Lines)
{
    private const string Reason = "differs: ";

    /// <summary>Takes a driver's output apart: `== name`, perhaps `differs: reason`, and the events.</summary>
    public static List<Trace> Read(string output) =>
        [.. output.Split("== ").Skip(1).Select(text => text.TrimEnd('\n').Split('\n')).Select(Of)];

    /// <summary>The first line in which this and another trace differ, or null.</summary>
    public string? FirstDifference(Trace other, string here, string there)
    {
        for (var i = 0; i < Math.Max(Lines.Length, other.Lines.Length); i++)
        {
            var (ours, theirs) = (Lines.ElementAtOrDefault(i), other.Lines.ElementAtOrDefault(i));
            if (ours != theirs)
            {
                return $"{Name}, line {i + 1}: {there} has \"{theirs ?? "(the end)"}\", {here} \"{ours ?? "(the end)"}\"";
            }
        }

        return null;
    }

    private static Trace Of(string[] lines) => lines.Length > 1 && lines[1].StartsWith(Reason, StringComparison.Ordinal)
        ? new Trace(lines[0], lines[1][Reason.Length..], lines[2..])
        : new Trace(lines[0], null, lines[1..]);
}
