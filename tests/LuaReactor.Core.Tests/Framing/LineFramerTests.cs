using System.Text;
using CsCheck;
using LuaReactor.Framing;

namespace LuaReactor.Tests.Framing;

public sealed class LineFramerTests
{
    private static readonly byte[] _crlf = "\r\n"u8.ToArray();

    [Theory]
    [InlineData("\r\n", "a\r\nb\r\n\r\nc\nd\r\nrest", "a|b||c\nd", "rest")]
    [InlineData("\r\n", "a\r\r\nb\n\r\n\r", "a\r|b\n", "\r")]
    [InlineData("\n", "\n\n\0\xff\n", "||\0\xff", "")]
    [InlineData("aab", "aaab1aabaaaab", "a|1|aa", "")]
    public void Pieces_of_any_size_make_the_same_lines(string delimiter, string bytes, string lines, string rest)
    {
        for (var size = 1; size <= bytes.Length; size++)
        {
            using var framer = new LineFramer();
            var got = new List<string>();
            foreach (var piece in bytes.Chunk(size))
            {
                framer.Append(Bytes(new string(piece)));
                got.AddRange(Lines(framer, Bytes(delimiter), 16384));
            }

            framer.TakeAll(out var left);
            string.Join('|', got).ShouldBe(lines);
            Text(left).ShouldBe(rest);
        }
    }

    [Fact]
    public void A_line_of_exactly_the_limit_is_a_line()
    {
        using var framer = Holding(new string('x', 6) + "\r\n");

        framer.Next(_crlf, 6, out var line).ShouldBe(FrameStatus.Message);

        line.Length.ShouldBe(6);
    }

    [Fact]
    public void A_line_one_over_the_limit_breaks_and_hands_out_everything()
    {
        using var framer = Holding("1234567\r\nmore\r\n");

        framer.Next(_crlf, 6, out var all).ShouldBe(FrameStatus.Broken);

        Text(all).ShouldBe("1234567\r\nmore\r\n");
        framer.Length.ShouldBe(0);
    }

    [Fact]
    public void Without_a_delimiter_the_limit_and_the_delimiter_must_be_full_before_it_breaks()
    {
        using var framer = Holding("123456\r");
        framer.Next(_crlf, 6, out _).ShouldBe(FrameStatus.NeedMore);

        framer.Append("8"u8);

        framer.Next(_crlf, 6, out var all).ShouldBe(FrameStatus.Broken);
        Text(all).ShouldBe("123456\r8");
    }

    [Fact]
    public void A_delimiter_completed_at_the_limit_ends_the_line()
    {
        using var framer = Holding("123456\r");
        framer.Next(_crlf, 6, out _).ShouldBe(FrameStatus.NeedMore);

        framer.Append("\n"u8);

        framer.Next(_crlf, 6, out var line).ShouldBe(FrameStatus.Message);
        Text(line).ShouldBe("123456");
    }

    [Fact]
    public void Lines_before_the_long_one_are_handed_out_first()
    {
        using var framer = Holding("short\r\n1234567");

        framer.Next(_crlf, 5, out var line).ShouldBe(FrameStatus.Message);
        Text(line).ShouldBe("short");
        framer.Next(_crlf, 5, out line).ShouldBe(FrameStatus.Broken);
        Text(line).ShouldBe("1234567");
    }

    [Fact]
    public void After_Broken_it_goes_on_with_what_comes_then()
    {
        using var framer = Holding("123456789");
        framer.Next(_crlf, 6, out _).ShouldBe(FrameStatus.Broken);

        framer.Append("next\r\n"u8);

        framer.Next(_crlf, 6, out var line).ShouldBe(FrameStatus.Message);
        Text(line).ShouldBe("next");
    }

    [Fact]
    public void The_delimiter_may_change_while_bytes_wait()
    {
        using var framer = Holding("one;two");
        framer.Next(_crlf, 100, out _).ShouldBe(FrameStatus.NeedMore);

        framer.Next(";"u8, 100, out var line).ShouldBe(FrameStatus.Message);

        Text(line).ShouldBe("one");
    }

    [Fact]
    public void An_empty_delimiter_is_refused()
    {
        using var framer = Holding("x");

        Should.Throw<ArgumentOutOfRangeException>(() => framer.Next([], 1, out _));
    }

    [Fact]
    public void TakeAll_leaves_a_clean_start()
    {
        using var framer = Holding("abc\r");
        framer.Next(_crlf, 100, out _).ShouldBe(FrameStatus.NeedMore);

        framer.TakeAll(out var rest);

        Text(rest).ShouldBe("abc\r");
        framer.Append("\nx\r\n"u8);
        Lines(framer, _crlf, 100).ShouldBe(["\nx"]);
    }

    [Fact]
    public void A_long_line_that_comes_byte_by_byte_is_not_searched_again_each_time()
    {
        using var framer = new LineFramer();
        var watch = System.Diagnostics.Stopwatch.StartNew();

        // Quadratic, this would search 500 GB.
        for (var i = 0; i < 1_000_000; i++)
        {
            framer.Append("x"u8);
            framer.Next(_crlf, int.MaxValue, out _);
        }

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void It_gives_the_lines_a_naive_splitter_gives()
    {
        var bytes = Gen.OneOf('\r', '\n', 'a', 'b').Array[0, 60].Select(all => new string(all));
        var delimiter = Gen.OneOf("\r\n", "\n", "ab", "aba");
        var cuts = Gen.Int[1, 9].Array[1, 20];

        Gen.Select(bytes, delimiter, cuts, Gen.Int[0, 12], Gen.Bool).Sample((text, end, sizes, max, appendFirst) =>
        {
            using var framer = new LineFramer();
            var model = "";
            var (wanted, got) = (new List<string>(), new List<string>());
            for (int at = 0, cut = 0; at < text.Length; cut++)
            {
                var piece = text.Substring(at, Math.Min(sizes[cut % sizes.Length], text.Length - at));
                at += piece.Length;
                framer.SetFormat(Bytes(end), max);
                if (appendFirst)
                {
                    framer.Append(Bytes(piece));
                }
                else if (framer.Next(Bytes(piece), out var line) is not FrameStatus.NeedMore and var status)
                {
                    got.Add(Described(status, line));
                }

                got.AddRange(Lines(framer, Bytes(end), max));
                model = NaiveLines(model + piece, end, max, wanted);
            }

            return got.SequenceEqual(wanted) && framer.Length == model.Length;
        });
    }

    private static string NaiveLines(string text, string end, int max, List<string> lines)
    {
        while (text.Length > 0)
        {
            var at = text.IndexOf(end, StringComparison.Ordinal);
            if (at > max || (at < 0 && text.Length >= max + end.Length))
            {
                lines.Add("broken: " + text);
                return "";
            }

            if (at < 0)
            {
                break;
            }

            lines.Add(text[..at]);
            text = text[(at + end.Length)..];
        }

        return text;
    }

    private static LineFramer Holding(string text)
    {
        var framer = new LineFramer();
        framer.Append(Bytes(text));
        return framer;
    }

    private static List<string> Lines(LineFramer framer, byte[] delimiter, int maxLength)
    {
        var lines = new List<string>();
        FrameStatus status;
        while ((status = framer.Next(delimiter, maxLength, out var line)) != FrameStatus.NeedMore)
        {
            lines.Add(Described(status, line));
        }

        return lines;
    }

    private static string Described(FrameStatus status, ReadOnlySpan<byte> line) => (status == FrameStatus.Broken ? "broken: " : "") + Text(line);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
