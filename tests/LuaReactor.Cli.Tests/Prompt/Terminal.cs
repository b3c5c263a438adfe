using System.Diagnostics;

namespace LuaReactor.Cli.Tests.Prompt;

/// <summary>The program in a real terminal: a tmux of the test's own, typed into and looked at as a person would.</summary>
public sealed class Terminal : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("luareactor-prompt").FullName;
    private readonly string _server = $"luareactor-test-{Guid.NewGuid():N}";

    /// <summary>The command as it was built.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "luareactor.dll");

    /// <summary>A folder of the test's.</summary>
    public string Folder => _folder;

    /// <summary>Runs <c>luareactor</c> with these arguments; the test is skipped where there is no tmux.</summary>
    public void Start(string arguments = "", int columns = 80, int rows = 30)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tmux") || File.Exists("/usr/local/bin/tmux"), "tmux is not installed: nobody to type");
        Tmux("-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}",
            $"XDG_STATE_HOME={_folder} dotnet {Program} {arguments}; echo status $?; sleep 60");
    }

    /// <summary>Presses keys, by tmux's names; what is no name is typed.</summary>
    public void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    /// <summary>Types a line and ends it.</summary>
    public void Line(string text)
    {
        Tmux("send-keys", "-l", text);
        Press("Enter");
    }

    /// <summary>Pastes as a terminal does.</summary>
    public void Paste(string text)
    {
        Tmux("set-buffer", text);
        Tmux("paste-buffer", "-p");
    }

    public void Resize(int columns) => Tmux("resize-window", "-x", $"{columns}");

    /// <summary>Waits until the screen is as expected, and gives it.</summary>
    public string Wait(Predicate<string> expected)
    {
        var watch = Stopwatch.StartNew();
        string screen;
        do
        {
            screen = Tmux("capture-pane", "-p").TrimEnd();
            if (expected(screen))
            {
                return screen;
            }

            Thread.Sleep(50);
        }
        while (watch.Elapsed < _patience);
        throw new TimeoutException($"The screen stayed:\n{screen}");
    }

    /// <summary>Waits until the screen holds the text.</summary>
    public string WaitFor(string text) => Wait(screen => screen.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until the prompt is empty and takes input.</summary>
    public string WaitForPrompt() => Wait(screen => screen.EndsWith("\n>", StringComparison.Ordinal));

    public void Dispose()
    {
        Tmux("kill-server");
        Directory.Delete(_folder, recursive: true);
    }

    private string Tmux(params string[] arguments)
    {
        using var tmux = Process.Start(new ProcessStartInfo("tmux", ["-L", _server, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = tmux.StandardOutput.ReadToEnd();
        tmux.WaitForExit();
        return output;
    }
}
