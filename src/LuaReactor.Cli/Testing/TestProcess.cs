using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LuaReactor.Cli.Testing;

/// <summary>What a process of tests says: a line, or, with none, that it has ended. Without a process: a signal.</summary>
internal readonly record struct TestEvent(TestProcess? Process, string? Line);

/// <summary>This program again, running some of the tests.</summary>
internal sealed class TestProcess : IDisposable
{
    // For all that is not a test: start-up, the loop's turns between tests.
    private const double Between = 30;

    // The time a process takes to begin, on a busy machine, is not its first file's.
    private const double StartUp = 10;

    private readonly Process _process;
    private readonly string _mark;
    private double _allowed;
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>Starts it; what it says is added to <paramref name="events"/>.</summary>
    public TestProcess(TestOptions options, string key, string work, string mark, BlockingCollection<TestEvent> events)
    {
        (Key, _mark) = (key, mark);
        Timeout = options.Timeout ?? 120;
        Allow(Timeout + StartUp);
        _process = Process.Start(Description(options, mark))!;
        try
        {
            _process.StandardInput.Write(work);
            _process.StandardInput.WriteLine(TestChild.EndOfWork);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended already, which is told soon.
        }

        new Thread(() => Read(events)) { IsBackground = true }.Start();
    }

    public string Key { get; }

    /// <summary>Why it was ended; empty if it ended by itself as it should.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>How long until it has been silent for too long; once it was ended only its end is waited for.</summary>
    public TimeSpan Patience =>
        Reason.Length > 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(_allowed) - Stopwatch.GetElapsedTime(_since);

    private double Timeout { get; set; }

    /// <summary>What a line holds for us behind the mark; what stands before it is a test's own output.</summary>
    public string? Take(string line, out string printed)
    {
        var at = line.IndexOf(_mark, StringComparison.Ordinal);
        printed = at < 0 ? line + "\n" : line[..at];
        if (at < 0)
        {
            return null;
        }

        var text = line[(at + _mark.Length)..];
        if (!text.StartsWith('='))
        {
            Allow(Timeout + Between);
            return text;
        }

        Timeout = double.Parse(text.AsSpan(1), CultureInfo.InvariantCulture);
        // The test's own timeout goes first, as long as the loop turns.
        Allow(Timeout + 1);
        return null;
    }

    public void Kill(string reason)
    {
        Reason = reason;
        _process.Kill(entireProcessTree: true);
    }

    /// <summary>Ends it because it has been silent for too long.</summary>
    public void GiveUp() => Kill(FormattableString.Invariant(
        $"still running after {Timeout:0.###} s, and it does not let the loop turn: its process was ended"));

    public void Dispose()
    {
        _process.Dispose();
    }

    private static ProcessStartInfo Description(TestOptions options, string mark)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // Byte for byte: what tests print is passed on as it is.
            StandardOutputEncoding = Encoding.Latin1,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add("test");
        start.ArgumentList.Add("--mark=" + mark);
        if (options.Timeout is { } timeout)
        {
            start.ArgumentList.Add("--timeout=" + timeout.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var filter in options.Filters)
        {
            start.ArgumentList.Add("--filter=" + filter);
        }

        return start;
    }

    private void Allow(double seconds) => (_allowed, _since) = (seconds, Stopwatch.GetTimestamp());

    private void Read(BlockingCollection<TestEvent> events)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            events.Add(new TestEvent(this, line));
        }

        _process.WaitForExit();
        if (Reason.Length == 0 && _process.ExitCode != 0)
        {
            Reason = _process.ExitCode > 128
                ? FormattableString.Invariant($"its process was ended by signal {_process.ExitCode - 128}")
                : FormattableString.Invariant($"its process ended, exit status {_process.ExitCode}: os.exit, or a crash?");
        }

        events.Add(new TestEvent(this, null));
    }
}
