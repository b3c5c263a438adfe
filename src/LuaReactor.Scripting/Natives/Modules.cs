using LuaReactor.Scripting.Interop;
using LuaReactor.Sockets;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>require</c> finds in the program itself: Lua modules embedded in this assembly, and those written in C#.</summary>
internal sealed class Modules
{
    private static readonly HashSet<string> _embedded = [.. typeof(Modules).Assembly.GetManifestResourceNames()];

    private readonly ScriptHost _host;
    private readonly LuaState _state;
    private readonly Dictionary<string, INativeModule> _natives;
    private readonly FramingModule _framing;

    public Modules(ScriptHost host)
    {
        (_host, _state) = (host, host.State);
        INativeModule[] natives =
        [
            new ReactorModule(host),
            _framing = new FramingModule(host),
            new StdioModule(host),
            new LogModule(host.Options.Log),
            new TypesModule(host),
            new LeftoversModule(host),
            new TerminalModule(),
            new FilesModule(),
            new SourcesModule(),
            new PlacesModule(_state),
        ];
        _natives = natives.ToDictionary(module => module.Name);
    }

    /// <summary>Defines the types of objects and puts the program's modules before those on the disk.</summary>
    public void Install()
    {
        DelayedCallType.Define(_state.Handles);
        CallbackType.Define(_state.Handles);
        OutcomeType.Define(_state.Handles);
        new TransportType(_host).Define();
        new PortType(_host).Define();
        new ConnectorType(_host).Define();
        _framing.Define();
        ScriptTriggerType.Define(_state.Handles);
        EvaluatorType.Define(_state.Handles);

        var L = _state.Main;
        if (_state.LoadBuffer(L, """
            local search, exit = ...
            table.insert(package.searchers, 2, search)
            os.exit = exit
            -- What a server makes, strings above all, dies young.
            collectgarbage("generational")
            """u8, "=modules") is not LuaStatus.Ok)
        {
            throw new InvalidOperationException(Values.ToText(L, -1));
        }

        _state.PushNative(L, "search", Search);
        _state.PushNative(L, "exit", Exit);
        _state.CallOrThrow(L, 2, 0);
    }

    /// <summary>Whether a file's name, as it stands in tracebacks, is one of these modules.</summary>
    public static bool Has(string file) => _embedded.Contains(file);

    /// <summary>Adds a module of the embedding program's.</summary>
    public void Add(INativeModule module) => _natives.Add(module.Name, module);

    /// <summary>The files of the embedded modules.</summary>
    public static IReadOnlyCollection<string> Embedded => _embedded;

    /// <summary>The text of an embedded module's file, or null.</summary>
    public static byte[]? ReadEmbedded(string file)
    {
        using var stream = Has(file) ? typeof(Modules).Assembly.GetManifestResourceStream(file) : null;
        if (stream is null)
        {
            return null;
        }

        var code = new byte[stream.Length];
        stream.ReadExactly(code);
        return code;
    }

    /// <summary>Requires a module and leaves it on the stack of the thread that is returned.</summary>
    public nint Require(string name)
    {
        var L = _state.CallbackThread;
        if (_state.LoadBuffer(L, "return require(...)"u8, "=require") is not LuaStatus.Ok)
        {
            throw new InvalidOperationException(Values.ToText(L, -1));
        }

        Values.PushText(L, name);
        _state.CallOrThrow(L, 1, 1);
        return L;
    }

    /// <summary>Has Deferreds that failed unheard tell of it, if any were made.</summary>
    public void ReportUnhandled()
    {
        var L = _state.CallbackThread;
        if (_state.LoadBuffer(L, """
            local defer = package.loaded["twisted.internet.defer"]
            if defer then defer._reportUnhandled() end
            """u8, "=unhandled") is LuaStatus.Ok)
        {
            _state.Call(L, 0, 0);
        }

        lua_settop(L, 0);
    }

    private int Search(in Call call)
    {
        var name = call.Text(1);
        if (_natives.ContainsKey(name))
        {
            call.State.PushNative(call.L, "open", Open);
            return 1;
        }

        var file = name.Replace('.', '/') + ".lua";
        if (ReadEmbedded(file) is not { } code)
        {
            return call.Return($"no module '{name}' in luareactor");
        }

        if (call.State.LoadBuffer(call.L, code, "@" + file) is not LuaStatus.Ok)
        {
            throw new ScriptException(Values.ToText(call.L, -1));
        }

        return 1;
    }

    // The loader of a native module: require hands it the name.
    private int Open(in Call call)
    {
        var module = _natives[call.Text(1)];
        var L = call.L;
        LuaState.NeedSpace(L, 4);
        lua_createtable(L, 0, 8);
        var table = lua_gettop(L);
        foreach (var (name, native) in module.Functions)
        {
            call.State.PushNative(L, name, native, table);
            Values.SetField(L, table, name);
        }

        module.Fill(L, table);
        return 1;
    }

    // os.exit: C's exit would leave the log and the streams unwritten.
    private int Exit(in Call call)
    {
        var status = call.TypeOf(1) switch
        {
            LuaType.None or LuaType.Nil => 0,
            LuaType.Boolean => call.Boolean(1) ? 0 : 1,
            _ => (int)call.Integer(1),
        };
        CStandardOutput.Flush();
        if (_host.Options.Exit is { } exit)
        {
            exit(status);
        }
        else
        {
            Environment.Exit(status);
        }

        return call.Return();
    }
}
