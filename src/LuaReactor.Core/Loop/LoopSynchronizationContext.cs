namespace LuaReactor.Loop;

/// <summary>Brings what follows an <c>await</c> back to the loop's thread.</summary>
internal sealed class LoopSynchronizationContext(EventLoop loop) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => loop.Post(() => d(state));

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (loop.IsOnThread)
        {
            d(state);
            return;
        }
        var sent = new TaskCompletionSource();
        loop.Post(() =>
        {
            // The exception belongs to the one who waits, not to the loop's log.
            var run = new Task(() => d(state));
            run.RunSynchronously(TaskScheduler.Default);
            sent.SetFromTask(run);
        });
        sent.Task.GetAwaiter().GetResult();
    }

    public override SynchronizationContext CreateCopy() => this;
}
