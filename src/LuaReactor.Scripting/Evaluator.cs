using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting;

/// <summary>
/// Runs what a person types against a live reactor, a chunk at a time; <c>luareactor/evaluator.lua</c> does the work.
/// It belongs to the reactor's thread.
/// </summary>
public sealed class Evaluator : IDisposable
{
    private readonly ScriptHost _host;
    private readonly Action<string, bool> _write;
    private readonly LuaRef _session;
    private Action<bool>? _finished;

    /// <summary>Begins; the names a prompt offers (<c>reactor</c>, <c>defer</c>…) become globals where there are none of that name.</summary>
    /// <param name="host">Whose scripts' globals are seen.</param>
    /// <param name="write">Takes text to be shown, and whether it tells of an error.</param>
    /// <param name="remote">Whether what a chunk prints is shown by <paramref name="write"/> too, and not on the program's own output.</param>
    public Evaluator(ScriptHost host, Action<string, bool> write, bool remote = false)
    {
        ArgumentNullException.ThrowIfNull(host);
        (_host, _write) = (host, write);
        var L = host.RequireModule("luareactor.evaluator");
        LuaState.NeedSpace(L, 4);
        _ = Values.GetField(L, -1, "new"u8);
        lua_copy(L, -1, -2);
        lua_settop(L, -2);
        host.State.Handles.Push(L, this);
        lua_pushboolean(L, remote ? 1 : 0);
        host.State.CallOrThrow(L, 2, 1);
        _session = host.State.Hold(L);
    }

    /// <summary>Whether a chunk has not ended yet.</summary>
    public bool IsBusy => _finished is not null;

    /// <summary>Runs a chunk, an expression or a command; <paramref name="finished"/> hears, once, whether it went well.</summary>
    public void Evaluate(string text, Action<bool> finished) => Begin("evaluate", text, finished);

    /// <summary>Runs a script's file as a chunk that may wait.</summary>
    public void RunFile(string path, Action<bool> finished) => Begin("runFile", path, finished);

    /// <summary>Whether the text is all of a chunk, right or wrong, and not the beginning of one.</summary>
    public bool IsComplete(string text)
    {
        var complete = true;
        if (Call("isComplete", text, 1) is { } L)
        {
            complete = lua_toboolean(L, -1) != 0;
            lua_settop(L, -2);
        }

        return complete;
    }

    /// <summary>What the end of the text may become.</summary>
    public Completion Complete(string text)
    {
        if (Call("complete", text, 2) is not { } L)
        {
            return new(0, []);
        }

        var length = lua_type(L, -2) is LuaType.String ? Values.ToText(L, -2).Length : 0;
        var candidates = new List<string>();
        for (long i = 1; i <= (long)lua_rawlen(L, -1); i++)
        {
            if (lua_rawgeti(L, -1, i) is LuaType.String)
            {
                candidates.Add(Values.ToText(L, -1));
            }

            lua_settop(L, -2);
        }

        lua_settop(L, -3);
        return new(length, candidates);
    }

    /// <summary>Waits no longer for the chunk under way; what it waits for is cancelled.</summary>
    public void GiveUp()
    {
        if (Call("giveUp", "", 0) is null)
        {
            Finished(false);
        }
    }

    /// <summary>Lets go of Lua; a chunk under way is not stopped.</summary>
    public void Dispose()
    {
        if (_session.IsHeld && !_host.IsClosed)
        {
            _session.Release();
        }
    }

    internal void Write(string text, bool isError) => _write(text, isError);

    internal void Finished(bool ok)
    {
        var finished = _finished;
        _finished = null;
        _host.FlushPrinted();
        finished?.Invoke(ok);
    }

    private void Begin(string method, string text, Action<bool> finished)
    {
        if (_finished is not null)
        {
            throw new InvalidOperationException("A chunk is being evaluated.");
        }

        _finished = finished;
        if (Call(method, text, 0) is null)
        {
            // Stopped from outside: the chunk, and whatever it had begun to wait for, is over.
            Call("abandon", "", 0);
            Finished(false);
        }
    }

    private nint? Call(string method, string text, int results)
    {
        var L = _host.State.CallbackThread;
        LuaState.NeedSpace(L, 6);
        _session.Push(L);
        Values.PushText(L, method);
        Values.PushText(L, text);
        if (_host.State.TryCall(L, 2, results))
        {
            return L;
        }

        var error = _host.PopScriptError(L);
        _host.FlushPrinted();
        _write($"{error.Message}\n{error.Traceback}".TrimEnd('\n') + "\n", true);
        return null;
    }
}
