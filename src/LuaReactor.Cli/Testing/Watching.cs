using LuaReactor.Loop;

namespace LuaReactor.Cli.Testing;

/// <summary><c>--watch</c>: runs the tests, then again whenever a script below the paths has changed, until Ctrl-C.</summary>
internal static class Watching
{
    // An editor writes a file in several steps.
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(200);

    /// <returns>The exit status of the last run.</returns>
    public static int Run(TestOptions options)
    {
        using var changed = new SemaphoreSlim(0);
        var interrupted = false;
        using var signals = new Signals(_ =>
        {
            interrupted = true;
            changed.Release();
        });
        var watchers = options.Paths.Select(path => Watcher(path, () => changed.Release())).ToList();
        try
        {
            while (true)
            {
                var status = new TestRun(options).Run();
                if (!interrupted)
                {
                    Console.Error.WriteLine("waiting for a change; Ctrl-C ends");
                    changed.Wait();
                }

                if (interrupted)
                {
                    return status;
                }

                while (changed.Wait(_quiet))
                {
                }
            }
        }
        finally
        {
            watchers.ForEach(watcher => watcher.Dispose());
        }
    }

    private static FileSystemWatcher Watcher(string path, Action changed)
    {
        var colon = path.LastIndexOf(".lua:", StringComparison.Ordinal);
        var file = colon < 0 ? path : path[..(colon + 4)];
        var isFolder = Directory.Exists(file);
        var folder = isFolder ? file : Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--watch: there is no folder '{folder}'");
        }

        var watcher = new FileSystemWatcher(folder, "*.lua") { IncludeSubdirectories = isFolder };
        watcher.Changed += (_, _) => changed();
        watcher.Created += (_, _) => changed();
        watcher.Deleted += (_, _) => changed();
        watcher.Renamed += (_, _) => changed();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
