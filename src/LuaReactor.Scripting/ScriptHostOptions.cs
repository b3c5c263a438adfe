using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LuaReactor.Scripting;

/// <summary>How a <see cref="ScriptHost"/> is made.</summary>
public sealed record ScriptHostOptions
{
    /// <summary>Where scripts' log messages and unhandled errors go.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Whether LUA_PATH and LUA_CPATH are ignored (<c>lua -E</c>).</summary>
    public bool IgnoreEnvironment { get; init; }

    /// <summary>Whether <c>reactor.run()</c> takes SIGINT and SIGTERM as the word to stop; off for a host with signals of its own.</summary>
    public bool HandleSignals { get; init; }

    /// <summary>Whether the script's line that makes a timer, port or connection is noted, for <see cref="ScriptHost.Leftovers"/>; about a microsecond each.</summary>
    public bool NoteOrigins { get; init; }

    /// <summary>
    /// Whether <see cref="ScriptHost.Interrupt"/> stops what runs in a coroutine too, and not only main chunks and callbacks;
    /// about 30 ns for each table that is made.
    /// </summary>
    public bool InterruptCoroutines { get; init; }

    /// <summary>What <c>os.exit</c> does with its status; null ends the process.</summary>
    public Action<int>? Exit { get; init; }
}
