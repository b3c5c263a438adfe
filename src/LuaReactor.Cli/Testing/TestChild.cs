using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LuaReactor.Loop;
using LuaReactor.Scripting;
using Microsoft.Extensions.Logging;

namespace LuaReactor.Cli.Testing;

/// <summary>A process that runs tests for another, which may end it at any time: a test that blocks the loop or crashes costs itself alone.</summary>
internal static class TestChild
{
    /// <summary>What ends the work on standard input; the input's own end means that nobody waits for an answer.</summary>
    public const string EndOfWork = ".";

    public static int Run(TestOptions options, string mark)
    {
        // Ctrl-C reaches all processes of a terminal; what becomes of the run is the first one's to say.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        var work = new StringBuilder();
        while (Console.In.ReadLine() is { } line && line != EndOfWork)
        {
            work.Append(line).Append('\n');
        }

        new Thread(EndWithParent) { IsBackground = true }.Start();
        using var log = new ConsoleLog(LogLevel.Error);
        using var reactor = new Reactor(Pollers.Create(), log: log);
        using var host = new ScriptHost(reactor, new ScriptHostOptions
        {
            Log = log,
            NoteOrigins = true,
            Exit = status =>
            {
                log.Dispose();
                Environment.Exit(status);
            },
        });
        host.SetArguments(["luareactor", "test"], 1);
        var timeout = options.Timeout?.ToString(CultureInfo.InvariantCulture) ?? "";
        host.Run("require('twisted.trial._wire').run(...)", "=test", [mark, timeout, work.ToString(), .. options.Filters]);
        return 0;
    }

    private static void EndWithParent()
    {
        while (Console.In.Read() >= 0)
        {
        }

        Signals.ExitNow(1);
    }
}
