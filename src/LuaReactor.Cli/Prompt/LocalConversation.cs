using LuaReactor.Scripting;

namespace LuaReactor.Cli.Prompt;

/// <summary>The evaluator in this process, on the reactor's thread, asked from the editor's.</summary>
internal sealed class LocalConversation(ScriptHost host, Evaluator evaluator) : IConversation
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _flushes = TimeSpan.FromMilliseconds(50);

    public bool IsComplete(string text) => Ask(() => evaluator.IsComplete(text), true);

    public Completion Complete(string text) => Ask(() => evaluator.Complete(text), new(0, []));

    public bool? Evaluate(string text) => Evaluate(finished => evaluator.Evaluate(text, finished));

    /// <summary>Runs a script's file.</summary>
    public bool? RunFile(string path) => Evaluate(finished => evaluator.RunFile(path, finished));

    public void Interrupt()
    {
        if (!host.Interrupt())
        {
            host.Reactor.CallFromThread(evaluator.GiveUp);
        }
    }

    private bool? Evaluate(Action<Action<bool>> begin)
    {
        using var done = new ManualResetEventSlim();
        var ok = false;
        host.Reactor.CallFromThread(() => begin(result =>
        {
            ok = result;
            done.Set();
        }));
        // What a chunk that takes long prints is seen as it goes.
        while (!done.Wait(_flushes))
        {
            host.FlushPrinted();
        }

        return ok;
    }

    // A reactor that does not answer is busy with a callback; typing goes on.
    private T Ask<T>(Func<T> question, T otherwise)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Reactor.CallFromThread(() => answer.TrySetResult(question()));
        return answer.Task.Wait(_patience) ? answer.Task.Result : otherwise;
    }
}
