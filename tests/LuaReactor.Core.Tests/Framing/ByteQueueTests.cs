using CsCheck;
using LuaReactor.Framing;

namespace LuaReactor.Tests.Framing;

public sealed class ByteQueueTests
{
    [Fact]
    public void It_owns_no_memory_until_bytes_come()
    {
        using var queue = new ByteQueue();

        queue.Append([]);

        queue.Capacity.ShouldBe(0);
    }

    [Fact]
    public void What_is_taken_stays_readable_until_the_memory_is_given_back()
    {
        using var queue = new ByteQueue();
        queue.Append("hello"u8);

        var taken = queue.Take(5);

        taken.ToArray().ShouldBe("hello"u8.ToArray());
        queue.Capacity.ShouldBeGreaterThan(0);
        queue.Trim();
        queue.Capacity.ShouldBe(0);
    }

    [Fact]
    public void A_short_rest_does_not_keep_a_large_buffer()
    {
        using var queue = new ByteQueue();
        queue.Append(new byte[100_000]);
        queue.Append("rest"u8);
        queue.Take(100_000);

        queue.Trim();

        queue.Waiting.ToArray().ShouldBe("rest"u8.ToArray());
        queue.Capacity.ShouldBeLessThanOrEqualTo(4096);
    }

    [Fact]
    public void It_can_be_used_again_after_Dispose()
    {
        using var queue = new ByteQueue();
        queue.Append("gone"u8);
        queue.Dispose();

        queue.Append("here"u8);

        queue.Waiting.ToArray().ShouldBe("here"u8.ToArray());
    }

    [Fact]
    public void Sixteen_mebibytes_in_small_pieces_take_memory_in_proportion()
    {
        using var queue = new ByteQueue();
        var piece = new byte[1000];

        for (var i = 0; i < 16 * 1024 * 1024 / 1000; i++)
        {
            queue.Append(piece);
        }

        queue.Capacity.ShouldBeLessThanOrEqualTo(32 * 1024 * 1024);
    }

    [Fact]
    public void Taking_and_appending_in_turn_does_not_grow_it()
    {
        using var queue = new ByteQueue();
        queue.Append(new byte[200]);

        for (var i = 0; i < 10_000; i++)
        {
            queue.Append(new byte[100]);
            queue.Take(100);
        }

        queue.Capacity.ShouldBeLessThanOrEqualTo(1024);
    }

    [Fact]
    public void It_holds_what_a_list_of_bytes_would()
    {
        // Each step appends so many bytes, takes so many tenths of what waits, and may trim.
        var steps = Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 10], Gen.Bool).Array[1, 60];

        steps.Sample(all =>
        {
            using var queue = new ByteQueue();
            var model = new List<byte>();
            byte next = 0;
            foreach (var (append, tenths, trim) in all)
            {
                var data = new byte[append];
                for (var i = 0; i < append; i++)
                {
                    data[i] = next++;
                }

                queue.Append(data);
                model.AddRange(data);
                var count = model.Count * tenths / 10;
                var same = queue.Take(count).SequenceEqual(model.Take(count).ToArray());
                model.RemoveRange(0, count);
                if (trim)
                {
                    queue.Trim();
                }

                if (!same || !queue.Waiting.SequenceEqual(model.ToArray()))
                {
                    return false;
                }
            }

            return true;
        });
    }
}
