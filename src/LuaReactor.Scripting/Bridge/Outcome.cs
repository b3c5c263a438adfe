namespace LuaReactor.Scripting.Bridge;

/// <summary>The task of a C# caller that waits for a script: Lua ends it once, with a value or an error's text.</summary>
internal sealed class Outcome(TaskCompletionSource<object?> source)
{
    public void Succeed(object? value) => source.TrySetResult(value);

    public void Fail(string message, string traceback) => source.TrySetException(new ScriptErrorException(message, traceback));
}
