using LuaReactor.Framing;

namespace LuaReactor.Tests.Framing;

public sealed class LengthPrefixFramerTests
{
    [Theory]
    [InlineData(1, "03666F6F0004756261720561", "666F6F||75626172")]
    [InlineData(2, "0003666F6F000000047562617200056162", "666F6F||75626172")]
    [InlineData(4, "00000003666F6F00000000000000047562617200000005", "666F6F||75626172")]
    public void Pieces_of_any_size_make_the_same_messages(int prefixLength, string wire, string messages)
    {
        var bytes = Convert.FromHexString(wire);
        for (var size = 1; size <= bytes.Length; size++)
        {
            using var framer = new LengthPrefixFramer(prefixLength);
            var got = new List<string>();
            foreach (var piece in bytes.Chunk(size))
            {
                framer.Append(piece);
                while (framer.Next(99999, out var message) == FrameStatus.Message)
                {
                    got.Add(Convert.ToHexString(message));
                }
            }

            string.Join('|', got).ShouldBe(messages);
        }
    }

    [Theory]
    [InlineData(1, 255)]
    [InlineData(2, 65535)]
    [InlineData(4, 70000)]
    public void A_message_of_exactly_the_limit_is_a_message_and_one_more_byte_is_not(int prefixLength, int length)
    {
        using var framer = new LengthPrefixFramer(prefixLength);
        framer.Append(Convert.FromHexString(length.ToString("X8", null)[^(2 * prefixLength)..]));
        framer.Append(new byte[length]);

        framer.Next(length - 1, out _).ShouldBe(FrameStatus.Broken);
        framer.Refused.ShouldBe(length);
        framer.Next(length, out var message).ShouldBe(FrameStatus.Message);
        message.Length.ShouldBe(length);
    }

    [Fact]
    public void A_refused_length_is_told_before_its_message_comes_and_all_stays_buffered()
    {
        using var framer = new LengthPrefixFramer(4);
        framer.Append([0xFF, 0xFF, 0xFF, 0xFF, 1]);

        framer.Next(int.MaxValue, out _).ShouldBe(FrameStatus.Broken);

        framer.Refused.ShouldBe(0xFFFFFFFF);
        framer.TakeAll(out var rest);
        rest.Length.ShouldBe(5);
    }

    [Fact]
    public void Only_1_2_and_4_bytes_make_a_length()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new LengthPrefixFramer(3));
    }

    [Fact]
    public void Memory_is_given_back_when_nobody_is_busy_and_nothing_waits()
    {
        using var framer = new LengthPrefixFramer(1) { Busy = true };
        framer.Append([1, 65]);
        framer.Next(10, out var message).ShouldBe(FrameStatus.Message);
        message[0].ShouldBe((byte)65);

        framer.Busy = false;

        framer.Length.ShouldBe(0);
    }
}
