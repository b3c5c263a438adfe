using System.Text.RegularExpressions;

namespace LuaReactor.Cli.Tests;

/// <summary>Each script in scripts/ does what its header says.</summary>
public sealed partial class ScriptsTests
{
    public static TheoryData<string> Scripts => [.. Directory.EnumerateFiles(Path.Combine(Luareactor.Top, "scripts"), "*.lua").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_does_what_its_header_says(string script)
    {
        var port = $"{FreePort.Next()}";
        var steps = Header(Path.Combine(Luareactor.Top, "scripts", script)).Select(step => (step.Key, Text: step.Text.Replace("5001", port, StringComparison.Ordinal))).ToList();
        steps.ShouldContain(step => step.Key == "run", $"{script} has no header that says how to run it.");
        Luareactor? other = null;
        Luareactor? running = null;
        try
        {
            foreach (var (key, text) in steps)
            {
                switch (key)
                {
                    case "with":
                        other = Start(text);
                        other.ReadLine().ShouldNotBeNull(customMessage: text);
                        break;
                    case "run":
                        running = Start(text);
                        break;
                    case "type":
                        running!.Type(text + "\n");
                        break;
                    case "expect":
                        running!.ReadLine().ShouldBe(text);
                        break;
                    case "match":
                        var line = running!.ReadLine().ShouldNotBeNull();
                        Matches(line, text).ShouldBeTrue($"'{line}' does not match '{text}'.");
                        break;
                    case "after":
                        text.ShouldBe("Ctrl-C");
                        running!.WaitUntilIdle();
                        running.Signal(Luareactor.Interrupt);
                        break;
                }
            }

            running!.ReadLine().ShouldBeNull();
            var ended = running.WaitForExit();
            ended.Errors.ShouldBeEmpty();
            ended.Status.ShouldBe(0);
            if (other is not null)
            {
                other.WaitUntilIdle();
                other.Signal(Luareactor.Interrupt);
                other.WaitForExit().Status.ShouldBe(0);
            }
        }
        finally
        {
            running?.Dispose();
            other?.Dispose();
        }
    }

    private static Luareactor Start(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        words[0].ShouldBe("luareactor");
        return Luareactor.Start(words[1..]);
    }

    private static IEnumerable<(string Key, string Text)> Header(string file) =>
        File.ReadLines(file)
            .SkipWhile(line => line.StartsWith("#!", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal))
            .Select(line => Step().Match(line))
            .Where(match => match.Success)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    // A Lua pattern is for Lua to match.
    private static bool Matches(string line, string pattern) =>
        Luareactor.Run("-e", $"os.exit(string.find({Quoted(line)}, {Quoted(pattern)}) ~= nil)").Status == 0;

    private static string Quoted(string text) => $"[==[{text}]==]";

    [GeneratedRegex(@"^-- (with|run|type|expect|match|after):\s*(.*)$")]
    private static partial Regex Step();
}
