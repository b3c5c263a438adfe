using System.Text;
using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using LuaReactor.Scripting.Natives;
using LuaReactor.Sockets;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting;

/// <summary>One Lua state on one reactor: loads scripts, runs them, and gives them the reactor as modules.</summary>
public sealed class ScriptHost : IDisposable
{
    private readonly ScriptHostOptions _options;
    private readonly Modules _modules;
    private Action<bool, Action>? _writePrinted;
    private bool _disposed;

    /// <summary>A host whose scripts get <paramref name="reactor"/> from <c>require("twisted.internet.reactor")</c>.</summary>
    public ScriptHost(Reactor reactor, ScriptHostOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        (Reactor, _options) = (reactor, options ?? new ScriptHostOptions());
        State = new LuaState(_options.IgnoreEnvironment, _options.InterruptCoroutines);
        State.ErrorPusher = PushError;
        Glue = new Glue(State);
        _modules = new Modules(this);
        LostFailures = new LostFailures(this);
        reactor.BeforeBlocking += LostFailures.Look;
        reactor.FlushPrinted = CStandardOutput.Flush;
        _modules.Install();
        Glue.Take(_modules.Require("luareactor.glue"));
    }

    /// <summary>The reactor scripts run on.</summary>
    public Reactor Reactor { get; }

    /// <summary>How many Lua values C# holds for what is still under way: timers, connections, ports.</summary>
    public int HeldValues => State.HeldValues + State.Handles.CountKept - Glue.HeldValues;

    /// <summary>How many C# objects Lua holds.</summary>
    public int HeldObjects => State.Handles.Count;

    internal bool IsClosed => _disposed;

    internal LuaState State { get; }

    internal Glue Glue { get; }

    internal LostFailures LostFailures { get; }

    internal Input Input { get; } = new();

    /// <summary>Whose connection a protocol is being made for; after that, whose it was made for last.</summary>
    internal Address Arriving { get; set; }

    internal ScriptHostOptions Options => _options;

    /// <summary>Sets the globals a script's arguments are in: <c>arg[0]</c> is the script, those before it have negative indexes.</summary>
    /// <param name="arguments">All of the command line, the program first.</param>
    /// <param name="script">The script's place in it.</param>
    public void SetArguments(IReadOnlyList<string> arguments, int script)
    {
        var L = State.Main;
        LuaState.NeedSpace(L, 4);
        lua_rawgeti(L, Registry, Globals);
        lua_createtable(L, arguments.Count, script + 1);
        for (var i = 0; i < arguments.Count; i++)
        {
            Values.PushText(L, arguments[i]);
            lua_rawseti(L, -2, i - script);
        }

        Values.SetField(L, -2, "arg");
        lua_settop(L, -2);
    }

    /// <summary>Lets <c>require</c> find modules in a folder, before all others but luareactor's own.</summary>
    public void AddModuleFolder(string folder)
    {
        var separator = folder.Length == 0 || folder.EndsWith('/') ? folder : folder + "/";
        Run("local folder = ...; package.path = folder .. '?.lua;' .. folder .. '?/init.lua;' .. package.path", "=path", separator);
    }

    /// <summary>Runs a script's text.</summary>
    /// <param name="code">Lua.</param>
    /// <param name="chunkName">As in Lua: <c>@file.lua</c> for a file's text, <c>=name</c> for a name as it is.</param>
    /// <param name="arguments">What <c>...</c> is.</param>
    /// <exception cref="ScriptErrorException">It does not compile, or an error was not caught.</exception>
    public void Run(string code, string chunkName, params ReadOnlySpan<string> arguments) =>
        Run(Encoding.UTF8.GetBytes(code), chunkName, arguments);

    /// <inheritdoc cref="Run(string, string, ReadOnlySpan{string})"/>
    public void Run(ReadOnlySpan<byte> code, string chunkName, params ReadOnlySpan<string> arguments)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var L = State.Main;
        var top = lua_gettop(L);
        if (State.LoadBuffer(L, SkipShebang(code), chunkName) is not LuaStatus.Ok)
        {
            var message = Values.ToText(L, -1);
            lua_settop(L, top);
            throw new ScriptErrorException(message, "");
        }

        LuaState.NeedSpace(L, arguments.Length + 2);
        foreach (var argument in arguments)
        {
            Values.PushText(L, argument);
        }

        if (!State.TryCall(L, arguments.Length, 0))
        {
            throw PopScriptError(L);
        }
    }

    /// <summary>Runs a script file; modules beside it are found.</summary>
    /// <exception cref="ScriptErrorException">It cannot be read, does not compile, or an error was not caught.</exception>
    public void RunFile(string path, params ReadOnlySpan<string> arguments)
    {
        byte[] code;
        try
        {
            code = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ScriptErrorException($"cannot open {path}", "");
        }

        AddModuleFolder(Path.GetDirectoryName(path) ?? "");
        Run(code, "@" + path, arguments);
    }

    /// <summary>Requires a module into a global of its name, as <c>lua -l</c>.</summary>
    /// <exception cref="ScriptErrorException">There is no such module, or it failed.</exception>
    public void Require(string global, string module) =>
        Run("local name, module = ...; _G[name] = require(module)", "=require", global, module);

    /// <summary>
    /// Keeps what scripts print until the loop is about to sleep or <see cref="FlushPrinted"/> is called: then <paramref name="write"/> is told
    /// whether it ends a line, and given what writes it. Where C's buffer cannot be looked into, it is called each time.
    /// </summary>
    public void HoldPrinted(Action<bool, Action> write)
    {
        CStandardOutput.Hold();
        _writePrinted = write;
        Reactor.FlushPrinted = FlushPrinted;
    }

    /// <summary>Writes out what scripts have printed. From any thread.</summary>
    public void FlushPrinted()
    {
        if (_writePrinted is not { } write)
        {
            CStandardOutput.Flush();
        }
        else if (CStandardOutput.IsHolding(out var endsLine))
        {
            write(endsLine, CStandardOutput.Flush);
        }
    }

    /// <summary>Whether Lua code runs now. From any thread.</summary>
    public bool IsRunningScript => State.IsRunning;

    /// <summary>A number that changes with each call into Lua: while <see cref="IsRunningScript"/>, the same number is the same call. From any thread.</summary>
    public long Calls => State.Calls;

    /// <summary>
    /// Stops the Lua code that runs now, if any: it fails with "interrupted!", which no <c>pcall</c> of its own can catch. From any thread.
    /// A native that does not return, as <c>string.find</c> with some patterns, cannot be stopped.
    /// </summary>
    /// <returns>Whether Lua code runs.</returns>
    public bool Interrupt()
    {
        if (!State.IsRunning)
        {
            return false;
        }

        State.Interrupt.Arm();
        // It may wait for the reactor, as `await` in a main chunk does.
        Reactor.CallFromThread(static () => { });
        return true;
    }

    /// <summary>Lets scripts require a module of the program's own functions.</summary>
    /// <exception cref="ArgumentException">There is a module of that name.</exception>
    public void AddModule(ScriptModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        module.Join(this);
        _modules.Add(module);
    }

    /// <summary>
    /// Calls a global function of the script's, on the reactor's thread. The task ends with what it returns, or, when that is a
    /// Deferred, as that fires: null, bool, long, double, or byte[] for a string. The reactor has to run for a Deferred to fire.
    /// </summary>
    /// <exception cref="ScriptErrorException">By way of the task: the function raised an error, the Deferred failed, or there is no such function.</exception>
    /// <exception cref="ArgumentException">An argument is not null, a bool, a number, a string or bytes.</exception>
    public Task<object?> CallAsync(string function, params ReadOnlySpan<object?> arguments)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        foreach (var argument in arguments)
        {
            if (HostValues.Refusal(argument) is { } refusal)
            {
                throw new ArgumentException(refusal, nameof(arguments));
            }
        }

        var L = State.CallbackThread;
        LuaState.NeedSpace(L, arguments.Length + 8);
        lua_rawgeti(L, Registry, Globals);
        Values.PushText(L, function);
        lua_rawget(L, -2);
        lua_copy(L, -1, -2);
        lua_settop(L, -2);
        if (lua_type(L, -1) is not LuaType.Function)
        {
            lua_settop(L, -2);
            return Task.FromException<object?>(new ScriptErrorException($"there is no function '{function}'", ""));
        }

        foreach (var argument in arguments)
        {
            HostValues.Push(L, argument);
        }

        return HostDeferred.Start(this, arguments.Length);
    }

    /// <summary>What scripts have made and not ended.</summary>
    public IReadOnlyList<Leftover> Leftovers() => Bridge.Leftovers.Of(this);

    /// <summary>
    /// Ends what scripts have left open, of which they hear no more; reports errors nobody handled, and closes the Lua state,
    /// whose finalizers run. The reactor goes on.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        foreach (var leftover in Leftovers())
        {
            leftover.End();
        }

        _disposed = true;
        Reactor.BeforeBlocking -= LostFailures.Look;
        _modules.ReportUnhandled();
        CStandardOutput.Flush();
        Reactor.FlushPrinted = null;
        State.Dispose();
    }

    internal nint RequireModule(string name) => _modules.Require(name);

    internal ScriptErrorException PopScriptError(nint L)
    {
        LuaState.NeedSpace(L, 4);
        Glue.Describe.Push(L);
        lua_rotate(L, -2, 1);
        if (State.Call(L, 1, 2) is var status and not LuaStatus.Ok)
        {
            var failed = LuaState.PopException(L, status);
            return new ScriptErrorException(failed.Message, failed.Traceback);
        }

        var error = new ScriptErrorException(Values.ToText(L, -2), Values.ToText(L, -1));
        lua_settop(L, -3);
        return error;
    }

    internal Origin OriginOf(nint L) => _options.NoteOrigins ? Origin.Of(L) : default;

    // A first line that begins with # is for the system, as luaL_loadfilex has it; line numbers stay.
    private static ReadOnlySpan<byte> SkipShebang(ReadOnlySpan<byte> code)
    {
        if (code.StartsWith("\uFEFF"u8))
        {
            code = code[3..];
        }

        var end = code.IndexOf((byte)'\n');
        return !code.StartsWith("#"u8) ? code : end < 0 ? default : code[end..];
    }

    private bool PushError(nint L, Exception error)
    {
        if (error is not Loop.ReactorException { Reported: false } || !Glue.IsReady)
        {
            return false;
        }

        Glue.ErrorObject.Push(L);
        Reasons.Push(L, error);
        var more = 0;
        if (error is Transports.CannotListenException listen)
        {
            Values.PushText(L, listen.Interface);
            lua_pushinteger(L, listen.Port);
            Values.PushText(L, listen.Cause);
            more = 3;
        }

        return State.TryCall(L, 2 + more, 1);
    }
}
