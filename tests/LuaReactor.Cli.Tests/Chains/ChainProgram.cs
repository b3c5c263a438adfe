namespace LuaReactor.Cli.Tests.Chains;

/// <summary>A random program of Deferreds, one step a line: <c>chains.lua</c>, <c>chains.py</c> and <see cref="ChainModel"/> run it.</summary>
/// <remarks>
/// <c>new 0 quiet</c> makes Deferred 0, with a canceller that does nothing (or <c>none</c>, or one that <c>fires</c> or <c>fails</c>);
/// <c>list 2 cex 0 1</c> a DeferredList that fires on one callback, on one errback, and consumes errors; <c>callback 0 5</c>,
/// <c>errback 0 5</c>, <c>cancel 0</c>, <c>pause 0</c>, <c>unpause 0</c> and <c>chain 0 1</c> do that; <c>addCallback 0 value 5</c>,
/// <c>addErrback</c>, <c>addBoth</c> add a function that traces what it gets and then does its own: see <see cref="_actions"/>.
/// </remarks>
internal sealed record ChainProgram(string Name, IReadOnlyList<string> Steps)
{
    // pass hands on what it got; value, raise and failure give another result; wait returns a Deferred; the rest act on one.
    private static readonly string[] _actions = ["pass", "value", "raise", "failure", "wait", "wait", "fire", "fail", "cancel", "pause", "add"];
    private static readonly string[] _cancellers = ["none", "none", "quiet", "fires", "fails"];

    public override string ToString() => $"== {Name}\n{string.Join('\n', Steps)}\n";

    /// <summary>The program of a seed.</summary>
    public static ChainProgram Random(int seed)
    {
        // The same for the same seed, unlike Random.Shared.
        var random = new Random(seed);
        var steps = new List<string>();
        // A Deferred waits only for later ones, and no list that it is in: what waits for itself ends in no answer, or in no end.
        var lowest = new List<int>();
        var pauses = new List<int>();
        var length = random.Next(5, 40);
        while (steps.Count < length)
        {
            if (lowest.Count < 2 || (lowest.Count < 7 && random.Next(6) == 0))
            {
                steps.Add(Make(random, lowest));
                pauses.Add(0);
            }
            else
            {
                steps.Add(Do(random, lowest, pauses));
            }
        }

        return new ChainProgram($"seed {seed}", steps);
    }

    /// <summary>This program without one of its steps, and without those that then have no Deferred to work on.</summary>
    public IEnumerable<ChainProgram> Smaller()
    {
        for (var left = 0; left < Steps.Count; left++)
        {
            var made = new HashSet<string>();
            var steps = new List<string>();
            foreach (var step in Steps.Where((_, index) => index != left).Where(step => Needs(step).All(made.Contains)))
            {
                if (step.Split(' ') is ["new" or "list", var k, ..])
                {
                    made.Add(k);
                }
                steps.Add(step);
            }

            yield return new ChainProgram($"without step {left + 1}", steps);
        }
    }

    private static string Make(Random random, List<int> lowest)
    {
        var k = lowest.Count;
        if (k < 2 || random.Next(3) > 0)
        {
            lowest.Add(k);
            return $"new {k} {_cancellers[random.Next(_cancellers.Length)]}";
        }

        var members = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(k)).ToArray();
        lowest.Add(members.Min(member => lowest[member]));
        var flags = string.Concat("cex".Where(_ => random.Next(2) == 0));
        return $"list {k} {(flags.Length > 0 ? flags : "-")} {string.Join(' ', members)}";
    }

    private static string Do(Random random, List<int> lowest, List<int> pauses)
    {
        var k = random.Next(lowest.Count);
        switch (random.Next(12))
        {
            case 0 or 1:
                return $"callback {k} {random.Next(100)}";
            case 2:
                return $"errback {k} {random.Next(100)}";
            case 3:
                return $"cancel {k}";
            case 4 when pauses[k] > 0:
                pauses[k]--;
                return $"unpause {k}";
            case 4:
                pauses[k]++;
                return $"pause {k}";
            case 5:
                return $"chain {k} {Other(random, k, lowest.Count)}";
            case 6:
                return $"addCallbacks {k} {Action(random, k, lowest)} {Action(random, k, lowest)}";
            case 7 or 8:
                return $"addCallback {k} {Action(random, k, lowest)}";
            case 9:
                return $"addErrback {k} {Action(random, k, lowest)}";
            default:
                return $"addBoth {k} {Action(random, k, lowest)}";
        }
    }

    private static string Action(Random random, int k, List<int> lowest)
    {
        var action = _actions[random.Next(_actions.Length)];
        int[] awaitable = [.. Enumerable.Range(0, lowest.Count).Where(other => lowest[other] > k)];
        return action switch
        {
            "wait" when awaitable.Length == 0 => "pass 0",
            "wait" => $"wait {awaitable[random.Next(awaitable.Length)]}",
            "value" or "raise" or "failure" => $"{action} {random.Next(100)}",
            _ => $"{action} {Other(random, k, lowest.Count)}",
        };
    }

    private static int Other(Random random, int k, int count) => (k + random.Next(1, count)) % count;

    // The Deferreds that have to be there for a step.
    private static string[] Needs(string step) => step.Split(' ') switch
    {
        ["new", ..] => [],
        ["list", _, _, .. var members] => members,
        ["callback" or "errback", var k, _] => [k],
        ["chain", var k, var other] => [k, other],
        [_, var k, .. var actions] => [k, .. actions.Chunk(2).Where(action => ActsOnOne(action[0])).Select(action => action[1])],
        _ => throw new ArgumentException(step, nameof(step)),
    };

    private static bool ActsOnOne(string action) => action is not ("pass" or "value" or "raise" or "failure");
}
