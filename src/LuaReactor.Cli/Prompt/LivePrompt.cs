using System.Runtime.InteropServices;
using LuaReactor.Loop;
using LuaReactor.Scripting;

namespace LuaReactor.Cli.Prompt;

/// <summary>A prompt over a reactor that runs: this thread is the reactor's, another one's is the typing.</summary>
internal sealed class LivePrompt : IDisposable
{
    private const int Interrupted = 130;
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(100);

    private readonly Reactor _reactor;
    private readonly ScriptHost _host;
    private readonly Screen? _screen;
    private readonly Evaluator _evaluator;
    private readonly LocalConversation _conversation;
    private readonly TerminalPrompt? _terminal;
    private readonly bool _prompts;
    private long _stopped = -1;

    /// <summary>Makes the names of a prompt globals.</summary>
    /// <param name="reactor">Has not run yet.</param>
    /// <param name="host">Scripts' state on it.</param>
    /// <param name="log">Shown above the line being typed.</param>
    /// <param name="prompts">Whether a prompt is wanted without a terminal too.</param>
    public LivePrompt(Reactor reactor, ScriptHost host, ConsoleLog log, bool prompts)
    {
        (_reactor, _host, _prompts) = (reactor, host, prompts);
        if (IsTerminal)
        {
            _screen = new Screen();
            log.Display = _screen.Write;
            host.HoldPrinted(_screen.Write);
        }

        _evaluator = new Evaluator(host, Show);
        _conversation = new LocalConversation(host, _evaluator);
        _terminal = _screen is null ? null : new TerminalPrompt(_screen, _conversation);
    }

    /// <summary>Whether a person sits at both ends.</summary>
    public static bool IsTerminal => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Runs until the input ends or the reactor is stopped.</summary>
    /// <param name="script">A file to run first.</param>
    /// <returns>Whether all went well; at a terminal, always.</returns>
    public bool Run(string? script)
    {
        var well = true;
        var typing = new Thread(() =>
        {
            well = Talk(script is null ? null : () => _conversation.RunFile(script));
            _reactor.CallFromThread(Stop);
        })
        { IsBackground = true, Name = "prompt" };
        using var signals = new Signals(Arrived);
        _reactor.CallWhenRunning(typing.Start);
        _reactor.Run(handleSignals: false);
        return well;
    }

    public void Dispose()
    {
        _evaluator.Dispose();
        _screen?.Dispose();
    }

    private bool Talk(Func<bool?>? first)
    {
        if (_terminal is not null)
        {
            _screen!.Write($"luareactor {Versions.Program}, Lua 5.4.9. :help tells more, Ctrl-D leaves.\n");
            _terminal.Run(first);
            return true;
        }

        var well = first?.Invoke() ?? true;
        return new PlainPrompt(_conversation, Console.In, _prompts ? Console.Out.Write : null).Run() && well;
    }

    private void Show(string text, bool isError)
    {
        _host.FlushPrinted();
        if (_screen is not null)
        {
            _screen.Write(text);
        }
        else
        {
            (isError ? Console.Error : Console.Out).Write(text);
        }
    }

    private void Stop()
    {
        if (_reactor.Running)
        {
            _reactor.Stop();
        }
    }

    private void Arrived(PosixSignal signal)
    {
        if (signal is PosixSignal.SIGTERM)
        {
            _reactor.CallFromThread(Stop);
            return;
        }

        var call = _host.Calls;
        if (_host.IsRunningScript && call == _stopped)
        {
            // It was told before: it is in a native function that does not return.
            Signals.ExitNow(Interrupted);
        }

        // A callback that is on its way out anyway is not what was meant while somebody types.
        if (_terminal is { IsEvaluating: false } && _host.IsRunningScript)
        {
            Thread.Sleep(_moment);
            if (!_host.IsRunningScript || _host.Calls != call)
            {
                _terminal.Drop();
                return;
            }
        }
        else if (_terminal is { IsEvaluating: false })
        {
            _terminal.Drop();
            return;
        }
        else if (_terminal is null && !_evaluator.IsBusy)
        {
            Signals.ExitNow(Interrupted);
        }

        _stopped = _host.IsRunningScript ? call : -1;
        _conversation.Interrupt();
    }
}
