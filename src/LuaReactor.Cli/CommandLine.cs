using Microsoft.Extensions.Logging;

namespace LuaReactor.Cli;

/// <summary>A step before the script, in the order given: <c>-e</c> runs text, <c>-l</c> loads a module.</summary>
/// <param name="Option">'e' or 'l'.</param>
/// <param name="Text">The text, or the module (<c>name</c> or <c>global=name</c>).</param>
internal sealed record Preliminary(char Option, string Text);

/// <summary>What was asked for on the command line, by the conventions of <c>lua</c>: options end at the script's name.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        usage: luareactor [options] [script [args]]
               luareactor attach PATH
               luareactor test [test options] [path ...]
               luareactor init [folder]
               luareactor doc [name]
        options:
          -e stat            run the text 'stat'
          -l mod             require the module 'mod' into a global of that name
          -l g=mod           require the module 'mod' into the global 'g'
          -i                 a prompt after the script; without a script there is one anyway
          -v, --version      show the versions
          -E                 ignore the environment variables LUA_INIT, LUA_PATH, LUA_CPATH
          -W                 turn Lua's warnings on
          --reactor NAME     how to wait for sockets: epoll (Linux) or select
          --log-level LEVEL  least level that is logged: trace, debug, info, warning (default), error, none
          --manhole unix:PATH  offer a prompt into the running program there, for luareactor attach PATH
          -h, --help         show this
          --                 stop handling options
          -                  stop handling options and run standard input
        A script that is not found is looked for among the bundled ones: luareactor portscan.lua localhost
        """;

    /// <summary>All arguments as given.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    public List<Preliminary> Preliminaries { get; } = [];

    /// <summary>The script's place in <see cref="Arguments"/>, or their number when there is none.</summary>
    public int ScriptIndex { get; private set; }

    public string? Script => ScriptIndex < Arguments.Count ? Arguments[ScriptIndex] : null;

    public bool ShowVersion { get; private set; }

    /// <summary>Whether a prompt follows the script.</summary>
    public bool Interactive { get; private set; }

    /// <summary>Where a prompt into the running program is offered: <c>unix:/path</c>.</summary>
    public string? Manhole { get; private set; }

    public bool ShowHelp { get; private set; }

    public bool IgnoreEnvironment { get; private set; }

    public bool Warnings { get; private set; }

    public string? Reactor { get; private set; }

    public LogLevel LogLevel { get; private set; } = LogLevel.Warning;

    /// <exception cref="UsageException">An option is unknown or lacks its value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var line = new CommandLine { Arguments = arguments };
        var rest = new OptionReader(arguments);
        while (rest.TryNext(out var option))
        {
            line.Take(option, rest);
        }

        line.ScriptIndex = rest.Index;
        return line;
    }

    private void Take(string option, OptionReader rest)
    {
        switch (option)
        {
            case "-e" or "-l":
                Preliminaries.Add(new Preliminary(option[1], rest.Value()));
                break;
            case "-v" or "--version":
                ShowVersion = true;
                break;
            case "-i":
                Interactive = true;
                break;
            case "--manhole":
                Manhole = rest.Value();
                break;
            case "-E":
                IgnoreEnvironment = true;
                break;
            case "-W":
                Warnings = true;
                break;
            case "-h" or "--help":
                ShowHelp = true;
                break;
            case "--reactor":
                Reactor = rest.Value();
                break;
            case "--log-level":
                LogLevel = Level(rest.Value());
                break;
            default:
                throw new UsageException($"unrecognized option '{option}'");
        }
    }

    private static LogLevel Level(string name) => name switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "none" => LogLevel.None,
        _ => throw new UsageException($"unknown log level '{name}'"),
    };
}
