using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>Tasks of an embedding program as Deferreds, and Deferreds as tasks.</summary>
internal static class HostDeferred
{
    /// <summary>Returns a Deferred that fires as the task ends, on the reactor's thread.</summary>
    public static int Return(ScriptHost host, in Call call, Task<object?> task)
    {
        var glue = host.Glue;
        var L = call.L;
        LuaState.NeedSpace(L, 4);
        glue.NewDeferred.Push(L);
        if (call.State.Call(L, 0, 1, explain: false) is not LuaStatus.Ok)
        {
            throw call.State.PopError(L);
        }

        lua_pushvalue(L, -1);
        var deferred = call.State.Hold(L);
        task.ContinueWith(
            ended => host.Reactor.CallFromThread(() => Fire(host, deferred, ended)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return 1;
    }

    /// <summary>Calls the function below its arguments on the callback thread; the task ends as what it returned does.</summary>
    public static Task<object?> Start(ScriptHost host, int arguments)
    {
        var outcome = new TaskCompletionSource<object?>();
        var L = host.State.CallbackThread;
        host.State.Handles.Push(L, new Outcome(outcome));
        lua_rotate(L, -(arguments + 2), 1);
        host.Glue.Begin(host.Glue.Start);
        lua_rotate(L, -(arguments + 4), 2);
        host.Glue.Call(arguments + 2);
        return outcome.Task;
    }

    private static void Fire(ScriptHost host, LuaRef deferred, Task<object?> ended)
    {
        if (host.IsClosed)
        {
            return; // the state is gone, and the Deferred with it
        }

        var L = host.Glue.Begin(host.Glue.FireDeferred);
        deferred.Push(L);
        deferred.Release();
        var failed = ended.Exception?.InnerException ?? (ended.IsCanceled ? new OperationCanceledException() : null);
        lua_pushboolean(L, failed is null ? 1 : 0);
        if (failed is null)
        {
            HostValues.Push(L, ended.Result);
            host.Glue.Call(3);
        }
        else
        {
            Reasons.Push(L, failed);
            host.Glue.Call(4);
        }
    }
}
