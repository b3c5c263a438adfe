using System.Globalization;

namespace LuaReactor.Cli.Tests.Chains;

/// <summary>Runs a <see cref="ChainProgram"/> on <see cref="ModelDeferred"/>s and traces it as the drivers do.</summary>
internal sealed class ChainModel
{
    private readonly SortedDictionary<int, ModelDeferred> _deferreds = [];
    private readonly List<string> _lines = [];

    public static Trace Run(ChainProgram program)
    {
        var model = new ChainModel();
        for (var i = 0; i < program.Steps.Count; i++)
        {
            model.Step($"{i + 1}", program.Steps[i].Split(' '));
        }

        foreach (var (k, d) in model._deferreds)
        {
            model._lines.Add($"end {k} {Shown(d.Called)} {d.Paused} {Shown(d.Result)}");
        }

        var unhandled = model._deferreds.Values.Where(d => d.IsUnhandled).Select(d => "log: " + Shown(d.Result));
        var differs = model._deferreds.Values.Select(d => d.Differs).FirstOrDefault(reason => reason is not null);
        return new Trace(program.Name, differs, [.. model._lines, .. unhandled]);
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static string Custom(object? argument) => $"CustomError({argument})";

    private static string Shown(object? value) => value switch
    {
        null => "nil",
        bool flag => flag ? "true" : "false",
        ModelFailure failure => $"Failure({failure.Error})",
        IEnumerable<object?> list => $"[{string.Join(", ", list.Select(Shown))}]",
        _ => $"{value}",
    };

    private void Step(string label, string[] words)
    {
        var k = Number(words[1]);
        try
        {
            switch (words)
            {
                case ["new", _, var canceller]:
                    _deferreds[k] = new ModelDeferred(Canceller(canceller));
                    break;
                case ["list", _, var flags, .. var members]:
                    _deferreds[k] = List(flags, [.. members.Select(member => _deferreds[Number(member)])]);
                    break;
                case ["callback", _, var value]:
                    _deferreds[k].Fire(Number(value));
                    break;
                case ["errback", _, var error]:
                    _deferreds[k].Fire(new ModelFailure(Custom(error)));
                    break;
                case ["cancel", _]:
                    _deferreds[k].Cancel();
                    break;
                case ["pause", _]:
                    _deferreds[k].Pause();
                    break;
                case ["unpause", _]:
                    _deferreds[k].Unpause();
                    break;
                case ["chain", _, var other]:
                    var chained = Fires(_deferreds[Number(other)]);
                    _deferreds[k].Add(chained, chained);
                    break;
                case ["addCallback", _, var action, var argument]:
                    _deferreds[k].Add(Act(label, action, argument), null);
                    break;
                case ["addErrback", _, var action, var argument]:
                    _deferreds[k].Add(null, Act(label, action, argument));
                    break;
                case ["addBoth", _, var action, var argument]:
                    _deferreds[k].Add(Act(label, action, argument), Act(label, action, argument));
                    break;
                case ["addCallbacks", _, var action, var argument, var errorAction, var errorArgument]:
                    _deferreds[k].Add(Act(label, action, argument), Act(label, errorAction, errorArgument));
                    break;
                default:
                    throw new ArgumentException(string.Join(' ', words), nameof(words));
            }
        }
        catch (ModelException error)
        {
            _lines.Add($"{label} raised {error.Message}");
        }
    }

    private static Action<ModelDeferred>? Canceller(string name) => name switch
    {
        "none" => null,
        "quiet" => _ => { }
        ,
        "fires" => d => d.Fire("cancelled"),
        _ => d => d.Fire(new ModelFailure(Custom("cancelled"))),
    };

    private static Func<object?, object?> Fires(ModelDeferred other) => result =>
    {
        other.Fire(result);
        return null;
    };

    private static ModelDeferred List(string flags, ModelDeferred[] members)
    {
        var list = new ModelDeferred(null) { CancelOtherwise = () => Array.ForEach(members, member => member.Cancel()) };
        var results = new object?[members.Length];
        var count = 0;
        for (var i = 0; i < members.Length; i++)
        {
            var index = i;
            members[i].Add(result => Collect(true, result), result => Collect(false, result));

            object? Collect(bool succeeded, object? result)
            {
                results[index] = new[] { succeeded, result };
                count++;
                if (list.Called)
                {
                }
                else if (succeeded && flags.Contains('c'))
                {
                    list.Fire(new[] { result, index });
                }
                else if (!succeeded && flags.Contains('e'))
                {
                    list.Fire(new ModelFailure($"FirstError({index}, {Shown(result)})"));
                }
                else if (count == members.Length)
                {
                    list.Fire(results);
                }

                return succeeded || !flags.Contains('x') ? result : null;
            }
        }

        return list;
    }

    private Func<object?, object?> Act(string label, string action, string argument) => result =>
    {
        _lines.Add($"{label} {Shown(result)}");
        ModelDeferred Other() => _deferreds[Number(argument)];
        switch (action)
        {
            case "value":
                return Number(argument);
            case "raise":
                throw new ModelException(Custom(argument));
            case "failure":
                return new ModelFailure(Custom(argument));
            case "wait":
                return Other();
            case "fire":
                Other().Fire(label);
                break;
            case "fail":
                Other().Fire(new ModelFailure(Custom(label)));
                break;
            case "cancel":
                Other().Cancel();
                break;
            case "pause":
                Other().Pause();
                break;
            case "add":
                Other().Add(Act(label + "+", "pass", "0"), Act(label + "+", "pass", "0"));
                break;
        }

        return result;
    };
}
