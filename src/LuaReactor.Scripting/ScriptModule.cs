using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using LuaReactor.Scripting.Natives;

namespace LuaReactor.Scripting;

/// <summary>
/// A Lua module of the embedding program's own functions: <c>require(name)</c> gives a table of them. What a function throws
/// is raised in Lua at the script's line; what it returns may be null, a bool, a number, a string (UTF-8), a byte[] or
/// ReadOnlyMemory&lt;byte&gt;; a Task becomes a Deferred, fired on the reactor's thread.
/// </summary>
public sealed class ScriptModule(string name) : INativeModule
{
    private readonly List<(string Name, Func<ScriptHost, Native> Make)> _functions = [];
    private ScriptHost? _host;

    /// <summary>The name one requires.</summary>
    public string Name { get; } = name;

    (string Name, Native Native)[] INativeModule.Functions =>
        [.. _functions.Select(function => (function.Name, function.Make(_host!)))];

    /// <summary>Adds a function that returns at once.</summary>
    public ScriptModule Function(string name, Func<ScriptArguments, object?> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _functions.Add((name, _ => (in call) =>
        {
            HostValues.Push(call.L, HostValues.Checked(Foreign(call, function)));
            return 1;
        }
        ));
        return this;
    }

    /// <summary>Adds a function whose task becomes a Deferred.</summary>
    public ScriptModule Function<T>(string name, Func<ScriptArguments, Task<T>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _functions.Add((name, host => (in call) => HostDeferred.Return(host, call, Unwrap(Foreign(call, function)))));
        return this;
    }

    /// <summary>Adds a function whose task becomes a Deferred that fires with nil.</summary>
    public ScriptModule Function(string name, Func<ScriptArguments, Task> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _functions.Add((name, host => (in call) => HostDeferred.Return(host, call, Unwrap(Foreign(call, function)))));
        return this;
    }

    internal void Join(ScriptHost host) => _host = host;

    // The embedder's own mistakes are told as such; those of ours stay "internal error".
    private static T Foreign<T>(in Call call, Func<ScriptArguments, T> function)
    {
        try
        {
            return function(new ScriptArguments(call));
        }
        catch (Exception error) when (error is not (BadArgumentException or LuaError or LuaException or ScriptException or Loop.ReactorException))
        {
            throw new ScriptException($"{call.Name}: {error.Message}");
        }
    }

    private static async Task<object?> Unwrap<T>(Task<T> task) => HostValues.Checked(await task.ConfigureAwait(false));

    private static async Task<object?> Unwrap(Task task)
    {
        await task.ConfigureAwait(false);
        return null;
    }
}
