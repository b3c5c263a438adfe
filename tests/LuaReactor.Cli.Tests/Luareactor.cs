using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace LuaReactor.Cli.Tests;

/// <summary>The real program, or another, running: its lines as they come, signals, its end. Nothing waits longer than <see cref="Patience"/>.</summary>
internal sealed partial class Luareactor : IDisposable
{
    public const int Interrupt = 2, Kill = 9, Terminate = 15;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly MemoryStream _output = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private Luareactor(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _reading = Task.Run(ReadOutput);
        _errors = Task.Run(_process.StandardError.ReadToEnd);
    }

    /// <summary>How long a test waits for something that should come soon.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>The program as it was built for this test, beside the test's own assembly; or the one that the variable LUAREACTOR names.</summary>
    public static string Program { get; } =
        Environment.GetEnvironmentVariable("LUAREACTOR") ?? Path.Combine(AppContext.BaseDirectory, "luareactor");

    /// <summary>The repository's top folder: the one with the solution in it.</summary>
    public static string Top { get; } = FindTop();

    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What was written to standard error; waits for its end.</summary>
    public string Errors => Wait(_errors);

    /// <summary>Everything written to standard output, byte for byte; waits for its end.</summary>
    public byte[] Output
    {
        get
        {
            Wait(_reading);
            return _output.ToArray();
        }
    }

    /// <summary>Starts luareactor in the repository's top folder.</summary>
    public static Luareactor Start(params string[] arguments) => new(In(Top, [Program, .. arguments]));

    /// <summary>Starts any program as described; see <see cref="In"/>.</summary>
    public static Luareactor Start(ProcessStartInfo start) => new(start);

    /// <summary>How to start a command in a folder; Ctrl-C has its usual meaning, however these tests themselves were started.</summary>
    public static ProcessStartInfo In(string folder, params string[] command)
    {
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", .. command])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in (string[])["LUA_INIT", "LUA_INIT_5_4", "LUA_PATH", "LUA_PATH_5_4"])
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    /// <summary>Runs luareactor with nothing on its standard input, to its end.</summary>
    public static Ended Run(params string[] arguments) => Run(In(Top, [Program, .. arguments]));

    /// <inheritdoc cref="Run(string[])"/>
    public static Ended Run(ProcessStartInfo start, string input = "")
    {
        using var running = new Luareactor(start);
        running.Type(input);
        running.EndInput();
        return running.WaitForExit();
    }

    /// <summary>The next line of standard output, without its line end; null at the end.</summary>
    public string? ReadLine() => Wait(Next());

    /// <summary>Writes text to standard input.</summary>
    public void Type(string text)
    {
        try
        {
            Input.Write(Encoding.UTF8.GetBytes(text));
            Input.Flush();
        }
        catch (IOException)
        {
            // It has ended; what it said tells why.
        }
    }

    public void EndInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The same.
        }
    }

    public void Signal(int signal) => _ = kill(_process.Id, signal);

    /// <summary>Waits until the reactor runs and waits for events: only then does it take Ctrl-C as the word to stop. A script's line printed before <c>run()</c> comes earlier.</summary>
    public void WaitUntilIdle()
    {
        // The kernel's function the main thread sleeps in, proc_pid_wchan(5); where that is a secret, a moment has to do.
        var place = $"/proc/{_process.Id}/wchan";
        if (!File.Exists(place))
        {
            Thread.Sleep(500);
            return;
        }

        SpinWait.SpinUntil(() => File.ReadAllText(place).Contains("poll", StringComparison.Ordinal), Patience);
    }

    public Ended WaitForExit()
    {
        if (!_process.WaitForExit(Patience))
        {
            Signal(Kill);
            throw new TimeoutException($"It did not end. So far: {Encoding.UTF8.GetString(_output.ToArray())}\n{Errors}");
        }

        return new Ended(_process.ExitCode, Encoding.UTF8.GetString(Output), Errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string FindTop()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LuaReactor.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder;
    }

    private static T Wait<T>(Task<T> task)
    {
        Wait((Task)task);
        return task.Result;
    }

    private static void Wait(Task task)
    {
        if (!task.Wait(Patience))
        {
            throw new TimeoutException("The program said nothing for too long.");
        }
    }

    private async Task<string?> Next()
    {
        return await _lines.Reader.WaitToReadAsync() && _lines.Reader.TryRead(out var line) ? line : null;
    }

    private void ReadOutput()
    {
        var buffer = new byte[65536];
        var line = new List<byte>();
        int count;
        while ((count = _process.StandardOutput.BaseStream.Read(buffer)) > 0)
        {
            _output.Write(buffer, 0, count);
            foreach (var value in buffer.AsSpan(0, count))
            {
                if (value == '\n')
                {
                    _lines.Writer.TryWrite(Encoding.UTF8.GetString([.. line]).TrimEnd('\r'));
                    line.Clear();
                }
                else
                {
                    line.Add(value);
                }
            }
        }

        if (line.Count > 0)
        {
            _lines.Writer.TryWrite(Encoding.UTF8.GetString([.. line]));
        }

        _lines.Writer.Complete();
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}

/// <summary>What a program left behind: its status and all it wrote.</summary>
internal sealed record Ended(int Status, string Output, string Errors)
{
    /// <summary>The lines of standard output.</summary>
    public string[] Lines => Output.Length == 0 ? [] : Output.TrimEnd('\n').Split('\n');
}
