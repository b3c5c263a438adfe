using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>The functions of <c>luareactor/glue.lua</c>, held for as long as the host lives, and how they are called.</summary>
internal sealed class Glue(LuaState state)
{
    private LuaRef? _failed;
    private LuaRef? _interrupted;

    public LuaState State { get; } = state;

    public LuaRef Handler { get; private set; } = null!;

    public LuaRef Describe { get; private set; } = null!;

    public LuaRef ErrorObject { get; private set; } = null!;

    public LuaRef AddressOf { get; private set; } = null!;

    public LuaRef DoStart { get; private set; } = null!;

    public LuaRef DoStop { get; private set; } = null!;

    public LuaRef BuildProtocol { get; private set; } = null!;

    public LuaRef MakeConnection { get; private set; } = null!;

    public LuaRef HalfCloseable { get; private set; } = null!;

    public LuaRef Received { get; private set; } = null!;

    public LuaRef ReadConnectionLost { get; private set; } = null!;

    public LuaRef WriteConnectionLost { get; private set; } = null!;

    public LuaRef ConnectionLost { get; private set; } = null!;

    public LuaRef StartedConnecting { get; private set; } = null!;

    public LuaRef ClientConnectionFailed { get; private set; } = null!;

    public LuaRef ClientConnectionLost { get; private set; } = null!;

    public LuaRef PauseProducing { get; private set; } = null!;

    public LuaRef ResumeProducing { get; private set; } = null!;

    public LuaRef StopProducing { get; private set; } = null!;

    public LuaRef Invoke { get; private set; } = null!;

    public LuaRef Trigger { get; private set; } = null!;

    public LuaRef NewDeferred { get; private set; } = null!;

    public LuaRef FireDeferred { get; private set; } = null!;

    public LuaRef Start { get; private set; } = null!;

    /// <summary>Takes the functions from the module's table, which is on top of the stack of <paramref name="L"/>, and pops it.</summary>
    public void Take(nint L)
    {
        Handler = Function(L, "handler");
        Describe = Function(L, "describe");
        ErrorObject = Function(L, "errorObject");
        AddressOf = Function(L, "addressOf");
        DoStart = Function(L, "doStart");
        DoStop = Function(L, "doStop");
        BuildProtocol = Function(L, "buildProtocol");
        MakeConnection = Function(L, "makeConnection");
        HalfCloseable = Function(L, "halfCloseable");
        Received = Function(L, "received");
        ReadConnectionLost = Function(L, "readConnectionLost");
        WriteConnectionLost = Function(L, "writeConnectionLost");
        ConnectionLost = Function(L, "connectionLost");
        StartedConnecting = Function(L, "startedConnecting");
        ClientConnectionFailed = Function(L, "clientConnectionFailed");
        ClientConnectionLost = Function(L, "clientConnectionLost");
        PauseProducing = Function(L, "pauseProducing");
        ResumeProducing = Function(L, "resumeProducing");
        StopProducing = Function(L, "stopProducing");
        Invoke = Function(L, "invoke");
        Trigger = Function(L, "trigger");
        NewDeferred = Function(L, "newDeferred");
        FireDeferred = Function(L, "fireDeferred");
        Start = Function(L, "start");
        _failed = Function(L, "failed");
        _interrupted = Function(L, "interrupted");
        lua_settop(L, -2);
        State.SetMessageHandler(Handler);
        State.InterruptPusher = PushInterrupted;
    }

    /// <summary>Whether the functions are there: the modules they are in load other modules first.</summary>
    public bool IsReady => _failed is not null;

    /// <summary>How many values are held for the glue alone.</summary>
    public int HeldValues { get; private set; }

    /// <summary>Pushes a function of the glue on the thread where callbacks run; arguments are pushed next.</summary>
    /// <exception cref="ScriptFailedException">The host is closed. What scripts had open may still end after that, and nobody is told.</exception>
    public nint Begin(LuaRef function)
    {
        var L = Begin(room: 8);
        function.Push(L);
        return L;
    }

    /// <summary>The same for a function of the script's, which the caller pushes, with its arguments, into so much room.</summary>
    /// <exception cref="ScriptFailedException">The host is closed.</exception>
    public nint Begin(int room)
    {
        if (State.IsClosed)
        {
            throw new ScriptFailedException("the script's host is closed");
        }

        var L = State.CallbackThread;
        LuaState.NeedSpace(L, room);
        State.PushHandler(L);
        return L;
    }

    /// <summary>Calls what <see cref="Begin(LuaRef)"/> pushed.</summary>
    /// <param name="arguments">How many arguments were pushed.</param>
    /// <param name="results">How many results are wanted.</param>
    /// <param name="protocol">Whose connection an error ends, if any.</param>
    /// <exception cref="ScriptFailedException">Lua raised an error; it has been logged.</exception>
    public void Call(int arguments, int results = 0, LuaRef? protocol = null)
    {
        var L = State.CallbackThread;
        if (State.CallHandled(L, arguments, results) is not LuaStatus.Ok)
        {
            throw Failed(L, protocol);
        }
    }

    private ScriptFailedException Failed(nint L, LuaRef? protocol)
    {
        if (State.Interrupt.IsArmed)
        {
            // Told where the interrupted call ends; no Lua code can run until then.
            lua_settop(L, -2);
            return new ScriptFailedException("interrupted!");
        }

        LuaState.NeedSpace(L, 4);
        _failed!.Push(L);
        lua_rotate(L, -2, 1);
        if (protocol is { IsHeld: true })
        {
            protocol.Push(L);
        }
        else
        {
            lua_pushnil(L);
        }

        // Logging is Lua too; what cannot be logged there is told as an exception.
        if (State.Call(L, 2, 1) is var status and not LuaStatus.Ok)
        {
            throw LuaState.PopException(L, status);
        }

        var failed = new ScriptFailedException(Values.ToText(L, -1));
        lua_settop(L, -2);
        return failed;
    }

    private bool PushInterrupted(nint L, string traceback)
    {
        LuaState.NeedSpace(L, 4);
        _interrupted!.Push(L);
        Values.PushText(L, traceback);
        return State.TryCall(L, 1, 1);
    }

    private LuaRef Function(nint L, string name)
    {
        Values.PushText(L, name);
        if (lua_rawget(L, -2) is not LuaType.Function)
        {
            throw new InvalidOperationException($"luareactor/glue.lua has no function '{name}'");
        }

        HeldValues++;
        return State.Hold(L);
    }
}
