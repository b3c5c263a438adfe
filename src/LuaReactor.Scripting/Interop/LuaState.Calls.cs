using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>Calls into Lua: always protected, always explained by the message handler.</summary>
internal sealed unsafe partial class LuaState
{
    private LuaRef? _messageHandler;
    private volatile int _depth;
    private volatile int _loopDepth;
    private long _calls;

    /// <summary>Whether a call into Lua is under way. From any thread.</summary>
    public bool IsRunning => _depth > _loopDepth;

    /// <summary>How many calls from outside there were: the same number twice, while <see cref="IsRunning"/>, is the same call. From any thread.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>Pushes the error an interrupted call ends with, given the traceback; false when it pushed nothing.</summary>
    public Func<nint, string, bool>? InterruptPusher { get; set; }

    /// <summary>
    /// Has errors explained by this Lua function, <c>handler(error) → what the C# caller finds on the stack</c>, or, with null,
    /// by the one that makes text of the error and adds a traceback. The reference stays the caller's.
    /// </summary>
    public void SetMessageHandler(LuaRef? handler) => _messageHandler = handler;

    /// <summary>
    /// Calls the function below the arguments on the stack of <paramref name="L"/>. They are replaced by the results, or,
    /// if the status is not <see cref="LuaStatus.Ok"/>, by one value: the error as the message handler made it.
    /// </summary>
    /// <param name="L">The thread to call on.</param>
    /// <param name="arguments">How many arguments there are.</param>
    /// <param name="results">How many results are wanted, or <see cref="AllResults"/>.</param>
    /// <param name="explain">
    /// Whether errors go through the message handler. A native that will raise the same error again (<see cref="PopError"/>)
    /// says no, and the script gets the value that was raised.
    /// </param>
    public LuaStatus Call(nint L, int arguments, int results, bool explain = true)
    {
        CheckThread();
        var function = lua_gettop(L) - arguments;
        if (lua_checkstack(L, Math.Max(results, 0) + 2) == 0)
        {
            lua_settop(L, function - 1);
            Values.PushBytes(L, "stack overflow"u8);
            return LuaStatus.RuntimeError;
        }

        if (!explain)
        {
            Enter();
            return Leave(L, function, lua_pcallk(L, arguments, results, 0, 0, 0));
        }

        PushHandler(L);
        lua_rotate(L, function, 1);
        return CallHandled(L, arguments, results);
    }

    /// <summary>Pushes the message handler, for <see cref="CallHandled"/>; the function and its arguments come next.</summary>
    public void PushHandler(nint L)
    {
        if (_messageHandler is { } handler)
        {
            handler.Push(L);
        }
        else
        {
            lua_rawgeti(L, Registry, _explain);
        }
    }

    /// <summary>As <see cref="Call"/> with the message handler below the function, which spares the moving; it is popped too.</summary>
    /// <param name="L">The thread to call on.</param>
    /// <param name="arguments">How many arguments there are.</param>
    /// <param name="results">How many results are wanted, no more than one above the arguments: that room is there.</param>
    public LuaStatus CallHandled(nint L, int arguments, int results)
    {
        CheckThread();
        var handler = lua_gettop(L) - arguments - 1;
        Enter();
        var status = lua_pcallk(L, arguments, results, handler, 0, 0);
        if (results == 0 && status is LuaStatus.Ok)
        {
            lua_settop(L, handler - 1);
        }
        else
        {
            lua_rotate(L, handler, -1);
            lua_settop(L, -2);
        }

        return Leave(L, handler, status);
    }

    /// <summary>As <see cref="Call"/>, for those who only ask whether it went well.</summary>
    public bool TryCall(nint L, int arguments, int results) => Call(L, arguments, results) is LuaStatus.Ok;

    /// <summary>As <see cref="Call"/>; an error is popped and thrown.</summary>
    /// <exception cref="LuaException">Lua raised an error.</exception>
    public void CallOrThrow(nint L, int arguments, int results)
    {
        if (Call(L, arguments, results) is var status and not LuaStatus.Ok)
        {
            throw PopException(L, status);
        }
    }

    /// <summary>
    /// Compiles the chunk and pushes it as a function, or pushes the message that says why not.
    /// Only text is taken unless <paramref name="binary"/>: a made-up binary chunk can crash the process.
    /// </summary>
    /// <param name="L">The thread onto which to push.</param>
    /// <param name="code">The chunk.</param>
    /// <param name="chunkName">As in Lua: <c>@file.lua</c> for a file, <c>=name</c> for a name as it is.</param>
    /// <param name="binary">Whether precompiled chunks are taken too.</param>
    public LuaStatus LoadBuffer(nint L, ReadOnlySpan<byte> code, string chunkName, bool binary = false)
    {
        NeedSpace(L, 3);
        // The name is pushed so as to have it in Lua's memory, ended by a zero.
        Values.PushText(L, chunkName);
        nuint length;
        var name = lua_tolstring(L, -1, &length);
        LuaStatus status;
        fixed (byte* start = code, mode = binary ? "bt"u8 : "t"u8)
        {
            status = luaL_loadbufferx(L, start, (nuint)code.Length, name, mode);
        }

        lua_rotate(L, -2, -1);
        lua_settop(L, -2);
        return status;
    }

    /// <summary>Loads and calls a chunk on <paramref name="L"/>; its results stay on the stack.</summary>
    /// <exception cref="LuaException">It does not compile, or it raised an error.</exception>
    public void Run(nint L, ReadOnlySpan<byte> code, string chunkName, int results = 0)
    {
        if (LoadBuffer(L, code, chunkName) is var status and not LuaStatus.Ok)
        {
            throw PopException(L, status);
        }

        CallOrThrow(L, 0, results);
    }

    /// <summary>Pops an error a call left on the stack, as an exception for C# to read.</summary>
    public static LuaException PopException(nint L, LuaStatus status)
    {
        NeedSpace(L, 2);
        var text = lua_type(L, -1) is LuaType.String ? Values.ToText(L, -1) : $"(error object is a {Values.TypeName(L, lua_gettop(L))} value)";
        lua_settop(L, -2);
        return LuaException.From(text, status);
    }

    /// <summary>Pops an error a call left on the stack, as an exception that will raise that very value further out.</summary>
    public LuaError PopError(nint L) => new(Hold(L));

    /// <summary>
    /// A native begins to run the loop for as long as the program lives: what the loop calls is as if called from outside, and an
    /// interrupt ends that alone. To be given to <see cref="LeaveLoop"/>.
    /// </summary>
    public int EnterLoop()
    {
        var outer = _loopDepth;
        _loopDepth = _depth;
        return outer;
    }

    /// <summary>The loop has ended.</summary>
    public void LeaveLoop(int outer) => _loopDepth = outer;

    private void Enter()
    {
        if (_depth++ == _loopDepth)
        {
            _calls++;
            if (Interrupt.IsArmed)
            {
                // It was meant for a call that has ended meanwhile.
                Interrupt.Disarm();
            }
        }
    }

    private LuaStatus Leave(nint L, int function, LuaStatus status) =>
        --_depth == _loopDepth && Interrupt.IsArmed ? Interrupted(L, function, status) : status;

    // Whatever the script made of the error that was raised, a pcall's false or another error: the call was interrupted.
    private LuaStatus Interrupted(nint L, int function, LuaStatus status)
    {
        Interrupt.Disarm();
        if (!Interrupt.HasFired)
        {
            return status;
        }

        lua_settop(L, function - 1);
        if (InterruptPusher is not { } push || !push(L, Interrupt.Traceback))
        {
            Values.PushText(L, $"interrupted!\n{Interrupt.Traceback}");
        }

        return LuaStatus.RuntimeError;
    }
}
