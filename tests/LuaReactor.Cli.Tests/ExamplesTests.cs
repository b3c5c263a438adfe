using System.Text;

namespace LuaReactor.Cli.Tests;

/// <summary>Each block of Lua in examples.md prints what the block of text after it says.</summary>
public sealed class ExamplesTests
{
    private static readonly string _file = Path.Combine(Luareactor.Top, "examples.md");

    private static readonly Dictionary<string, string[]> _commands = new()
    {
        ["lua"] = ["example.lua"],
        ["lua test"] = ["test", "--reporter", "tap", "test_example.lua"],
    };

    /// <summary>The line a block starts on, how it is run, its code, and the output it promises.</summary>
    public static TheoryData<int, string, string, string?> Blocks
    {
        get
        {
            var data = new TheoryData<int, string, string, string?>();
            var blocks = File.Exists(_file) ? Read(File.ReadAllLines(_file)) : [];
            foreach (var (i, block) in blocks.Index())
            {
                if (_commands.ContainsKey(block.Language))
                {
                    var next = i + 1 < blocks.Count ? blocks[i + 1] : null;
                    data.Add(block.Line, block.Language, block.Text, next is { Language: "text" } && next.Line - block.End <= 2 ? next.Text : null);
                }
            }

            return data;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Blocks), DisableDiscoveryEnumeration = true)]
    public void A_block_prints_what_is_written_below_it(int line, string language, string code, string? output)
    {
        output.ShouldNotBeNull($"No ```text block says what the one at line {line} prints.");
        using var folder = new ScriptFolder();
        var command = _commands[language];
        folder.Write(command[^1], code);

        var ended = folder.Run(command);

        (ended.Output + ended.Errors).ShouldBe(output, $"examples.md, line {line}");
        ended.Status.ShouldBe(0);
    }

    private static List<Block> Read(string[] lines)
    {
        var blocks = new List<Block>();
        for (var i = 0; i < lines.Length; i++)
        {
            // A fence of four shows blocks; it is none.
            var fence = new string([.. lines[i].TakeWhile(c => c == '`')]);
            if (fence.Length < 3)
            {
                continue;
            }

            var (start, language) = (i, lines[i][fence.Length..].Trim());
            if (language.Contains('`', StringComparison.Ordinal))
            {
                continue;
            }

            var text = new StringBuilder();
            while (++i < lines.Length && lines[i].TrimEnd() != fence)
            {
                text.Append(lines[i]).Append('\n');
            }

            blocks.Add(new(start + 1, i + 1, language, text.ToString()));
        }

        return blocks;
    }

    private sealed record Block(int Line, int End, string Language, string Text);
}
