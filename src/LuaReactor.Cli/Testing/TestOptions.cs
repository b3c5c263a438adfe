using System.Globalization;

namespace LuaReactor.Cli.Testing;

/// <summary>What was asked for behind <c>luareactor test</c>.</summary>
internal sealed record TestOptions
{
    public const string Usage = """
        usage: luareactor test [options] [path ...]
        A path is a test file, a folder of them (test_*.lua, *_spec.lua), or file.lua:Class.test; the default is the folder tests.
        options:
          --filter TEXT      only tests whose name has this text or fits this Lua pattern; may be given several times
          --failed           only what failed last time (noted in .luareactor-failed)
          --seed N           in the random order of this seed; "random" chooses a seed and tells it
          --repeat N         run all N times
          --until-failure    run all again and again, until something fails
          --jobs N           a process of its own for each file, N at a time (default: one process for all)
          --timeout S        seconds each of setUp, test and tearDown may take (default 120)
          --watch            run again whenever a *.lua file below the paths changes; Ctrl-C ends
          --reporter NAME    human (default), tap, junit or json
          --output FILE      where the report goes; the human one is still printed
          --slowest N        list the N slowest tests
          --verbose          a line for each test
          --colour, --no-colour
                             default: colours on a terminal, unless NO_COLOR is set
          -h, --help         show this
        exit status: 0 all passed, 1 something failed or nothing was run, 2 wrong usage, 130 interrupted
        """;

    public List<string> Paths { get; } = [];

    public List<string> Filters { get; } = [];

    public bool Failed { get; private set; }

    public int? Seed { get; private set; }

    public long Rounds { get; private set; } = 1;

    public bool UntilFailure { get; private set; }

    /// <summary>How many processes at a time, each for one file; null: one for all files.</summary>
    public int? Jobs { get; private set; }

    public double? Timeout { get; private set; }

    public bool Watch { get; private set; }

    public string Reporter { get; private set; } = "human";

    public string? Output { get; private set; }

    public int Slowest { get; private set; }

    public bool Verbose { get; private set; }

    public bool Colour { get; private set; } = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public bool ShowHelp { get; private set; }

    /// <summary>Given to a process that runs tests for another: what its lines to that one begin with.</summary>
    public string? Mark { get; private set; }

    /// <summary>Whether the human report goes to standard output.</summary>
    public bool PrintsForPeople => Reporter == "human" ? Output is null : Output is not null;

    /// <exception cref="UsageException">An option is unknown, or its value is wrong.</exception>
    public static TestOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new TestOptions();
        var repeats = false;
        for (var at = 0; at < arguments.Count;)
        {
            // Options may stand behind paths, too: each path begins a new stretch of them.
            var stretch = arguments.Skip(at).ToList();
            var rest = new OptionReader(stretch);
            while (rest.TryNext(out var option))
            {
                repeats |= option == "--repeat";
                options.Take(option, rest);
            }

            var onlyPaths = rest.Index > 0 && stretch[rest.Index - 1] == "--";
            var paths = stretch.Skip(rest.Index).Take(onlyPaths ? stretch.Count : 1).ToList();
            options.Paths.AddRange(paths);
            at += rest.Index + paths.Count;
        }

        if (options.UntilFailure && !repeats)
        {
            options.Rounds = long.MaxValue;
        }

        if (options.Paths.Count == 0)
        {
            options.Paths.Add(Directory.Exists("tests") ? "tests" : ".");
        }

        return options;
    }

    private static int Whole(string option, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new UsageException($"'{option}' needs a whole number, {least} or more; got '{text}'");

    private void Take(string option, OptionReader rest)
    {
        switch (option)
        {
            case "--filter":
                Filters.Add(rest.Value());
                break;
            case "--failed":
                Failed = true;
                break;
            case "--seed":
                var seed = rest.Value();
                Seed = seed == "random" ? Random.Shared.Next(1, 100_000) : Whole(option, seed, 0);
                break;
            case "--repeat":
                Rounds = Whole(option, rest.Value(), 1);
                break;
            case "--until-failure":
                UntilFailure = true;
                break;
            case "--jobs":
                Jobs = Whole(option, rest.Value(), 1);
                break;
            case "--timeout":
                Timeout = Seconds(rest.Value());
                break;
            case "--watch":
                Watch = true;
                break;
            case "--reporter":
                Reporter = rest.Value();
                if (Reporter is not ("human" or "tap" or "junit" or "json"))
                {
                    throw new UsageException($"there is no reporter '{Reporter}': human, tap, junit or json");
                }

                break;
            case "--output":
                Output = rest.Value();
                break;
            case "--slowest":
                Slowest = Whole(option, rest.Value(), 0);
                break;
            case "--verbose":
                Verbose = true;
                break;
            case "--colour" or "--color":
                Colour = true;
                break;
            case "--no-colour" or "--no-color":
                Colour = false;
                break;
            case "-h" or "--help":
                ShowHelp = true;
                break;
            case "--mark":
                Mark = rest.Value();
                break;
            default:
                throw new UsageException($"unrecognized option '{option}'");
        }
    }

    private static double Seconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 && double.IsFinite(seconds)
            ? seconds
            : throw new UsageException($"'--timeout' needs a number of seconds above 0; got '{text}'");
}
