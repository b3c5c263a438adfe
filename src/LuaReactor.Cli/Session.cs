using System.Runtime.InteropServices;
using LuaReactor.Cli.Prompt;
using LuaReactor.Loop;
using LuaReactor.Scripting;

namespace LuaReactor.Cli;

/// <summary>One reactor, one host, and the script the command line names; all is written out and closed at the end.</summary>
internal sealed class Session : IDisposable
{
    private const int Interrupted = 130;
    private const int Terminated = 143;

    private static readonly string[] _inits = ["LUA_INIT_5_4", "LUA_INIT"];

    private readonly CommandLine _line;
    private readonly ConsoleLog _log;
    private readonly Reactor _reactor;
    private readonly ScriptHost _host;
    private Manhole? _manhole;
    private volatile bool _prompting;
    private bool _interrupted;

    public Session(CommandLine line)
    {
        _line = line;
        _log = new ConsoleLog(line.LogLevel);
        _reactor = new Reactor(Poller(line.Reactor), log: _log);
        _host = new ScriptHost(_reactor, new ScriptHostOptions
        {
            Log = _log,
            IgnoreEnvironment = line.IgnoreEnvironment,
            Exit = Exit,
            NoteOrigins = Prompts || line.Manhole is not null,
            InterruptCoroutines = Prompts || line.Manhole is not null,
        });
    }

    /// <summary>Runs LUA_INIT, what comes before the script, and the script.</summary>
    /// <exception cref="ScriptErrorException">One of them failed.</exception>
    /// <returns>Whether all went well that a prompt without a terminal was given.</returns>
    public bool Run()
    {
        using var manhole = _line.Manhole is { } where ? new Manhole(_host, where) : null;
        _manhole = manhole;
        using var signals = new Signals(Arrived);
        _host.SetArguments(["luareactor", .. _line.Arguments], _line.ScriptIndex + 1);
        RunInit();
        if (_line.Warnings)
        {
            _host.Run("warn('@on')", "=-W");
        }

        foreach (var (option, text) in _line.Preliminaries)
        {
            if (option == 'e')
            {
                _host.Run(text, "=(command line)");
            }
            else
            {
                var parts = text.Split('=', 2);
                _host.Require(parts[0], parts[^1]);
            }
        }

        if (Prompts)
        {
            return Prompt();
        }

        if (_line.Script is { } script)
        {
            RunScript(script, [.. _line.Arguments.Skip(_line.ScriptIndex + 1)]);
        }

        return true;
    }

    public void Dispose()
    {
        _host.Dispose();
        _reactor.Dispose();
        _log.Dispose();
    }

    private bool Prompts => _line.Interactive || (_line.Script is null && _line.Preliminaries.Count == 0);

    private bool Prompt()
    {
        _prompting = true;
        var script = _line.Script is { } named and not "-" ? BundledScripts.Find(named) : null;
        if (script is not null)
        {
            _host.AddModuleFolder(Path.GetDirectoryName(script) ?? "");
        }

        using var prompt = new LivePrompt(_reactor, _host, _log, _line.Interactive);
        return prompt.Run(script);
    }

    // A prompt has its own answers, and so has the reactor while it runs. On a thread of the system's.
    private void Arrived(PosixSignal signal)
    {
        if (_prompting || _reactor.TakeSignal())
        {
            return;
        }

        if (signal is PosixSignal.SIGTERM)
        {
            Signals.ExitNow(Terminated);
        }

        if (_interrupted || !_host.Interrupt())
        {
            Signals.ExitNow(Interrupted);
        }

        _interrupted = true;
    }

    private static IPoller Poller(string? name)
    {
        try
        {
            return Pollers.Create(name);
        }
        catch (Exception error) when (error is ArgumentException or PlatformNotSupportedException)
        {
            throw new UsageException(error.Message);
        }
    }

    private void RunScript(string script, string[] arguments)
    {
        if (script == "-")
        {
            using var input = Console.OpenStandardInput();
            using var text = new MemoryStream();
            input.CopyTo(text);
            _host.Run(text.ToArray(), "=stdin", arguments);
        }
        else
        {
            _host.RunFile(BundledScripts.Find(script), arguments);
        }
    }

    // LUA_INIT_5_4 goes before LUA_INIT; "@name" is a file, all else is Lua (lua.c, handle_luainit).
    private void RunInit()
    {
        if (_line.IgnoreEnvironment)
        {
            return;
        }

        foreach (var name in _inits)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } init)
            {
                if (init.StartsWith('@'))
                {
                    _host.RunFile(init[1..]);
                }
                else
                {
                    _host.Run(init, "=" + name);
                }

                return;
            }
        }
    }

    private void Exit(int status)
    {
        _manhole?.Dispose();
        _log.Dispose();
        Environment.Exit(status);
    }
}
