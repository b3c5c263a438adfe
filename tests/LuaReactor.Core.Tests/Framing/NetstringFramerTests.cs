using System.Text;
using CsCheck;
using LuaReactor.Framing;

namespace LuaReactor.Tests.Framing;

public sealed class NetstringFramerTests
{
    [Theory]
    [InlineData("0:,", "")]
    [InlineData("1:a,", "a")]
    [InlineData("2:ab,", "ab")]
    [InlineData("4:1:a,,", "1:a,")]
    [InlineData("1:a,2:bc,", "a|bc")]
    [InlineData("10:0123456789,", "0123456789")]
    [InlineData("1:a,x", "a|broken")]
    [InlineData("5:hello,0:,3:abc,", "hello||abc")]
    [InlineData("01:a,", "broken")]
    [InlineData("00:,", "broken")]
    [InlineData("-1:a,", "broken")]
    [InlineData("+1:a,", "broken")]
    [InlineData(" 1:a,", "broken")]
    [InlineData("1 :a,", "broken")]
    [InlineData("2:aaa,", "broken")]
    [InlineData("0:a,", "broken")]
    [InlineData(":aaa,", "broken")]
    [InlineData("3aaa,", "broken")]
    [InlineData("aaa", "broken")]
    [InlineData("4:abcde", "broken")]
    [InlineData("1:a;", "broken")]
    [InlineData("9999999999999999999999", "broken")]
    [InlineData("99999999:", "broken")]
    public void Pieces_of_any_size_make_the_same_messages(string bytes, string messages)
    {
        for (var size = 1; size <= bytes.Length; size++)
        {
            using var framer = new NetstringFramer();
            var got = new List<string>();
            foreach (var piece in bytes.Chunk(size).Select(chars => Encoding.Latin1.GetBytes(chars)))
            {
                framer.Append(piece);
                got.AddRange(Messages(framer, 99999));
            }

            string.Join('|', got.Distinct()).ShouldBe(messages);
        }
    }

    [Fact]
    public void A_message_of_exactly_the_limit_is_a_message()
    {
        Of("10:0123456789,", 10).ShouldBe(["0123456789"]);
    }

    [Fact]
    public void A_length_over_the_limit_is_refused_before_the_colon()
    {
        Of("11", 10).ShouldBe(["broken"]);
    }

    [Fact]
    public void A_limit_that_fills_an_integer_is_kept()
    {
        Of("2147483647", int.MaxValue).ShouldBeEmpty();
        Of("2147483648", int.MaxValue).ShouldBe(["broken"]);
    }

    [Fact]
    public void Broken_stays_broken_and_keeps_nothing()
    {
        using var framer = new NetstringFramer();
        framer.Append("x"u8);
        framer.Next(100, out _).ShouldBe(FrameStatus.Broken);

        framer.Append("1:a,"u8);

        framer.Next(100, out _).ShouldBe(FrameStatus.Broken);
        framer.Length.ShouldBe(0);
    }

    [Fact]
    public void What_is_sent_in_any_cuts_is_received()
    {
        Gen.Select(Gen.String[0, 40].Array[0, 8], Gen.Int[1, 9]).Sample((texts, size) =>
        {
            using var framer = new NetstringFramer();
            var sent = texts.Select(text => Encoding.UTF8.GetBytes(text)).ToList();
            var wire = sent.SelectMany(bytes => (byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length}:"), .. bytes, (byte)',']);
            var got = new List<string>();
            foreach (var piece in wire.Chunk(size))
            {
                framer.Append(piece);
                got.AddRange(Messages(framer, 99999));
            }

            return got.SequenceEqual(sent.Select(bytes => Encoding.Latin1.GetString(bytes)));
        });
    }

    private static List<string> Of(string bytes, int maxLength)
    {
        using var framer = new NetstringFramer();
        framer.Append(Encoding.Latin1.GetBytes(bytes));
        return Messages(framer, maxLength);
    }

    private static List<string> Messages(NetstringFramer framer, int maxLength)
    {
        var messages = new List<string>();
        FrameStatus status;
        while ((status = framer.Next(maxLength, out var message)) == FrameStatus.Message)
        {
            messages.Add(Encoding.Latin1.GetString(message));
        }

        if (status == FrameStatus.Broken)
        {
            messages.Add("broken");
        }

        return messages;
    }
}
