using Microsoft.Extensions.Logging;

namespace LuaReactor.Loop;

/// <summary>The one catch around foreign code: what it throws is logged and the loop goes on.</summary>
public sealed class Guard(ILogger log)
{
    /// <summary>Calls, and gives back what was thrown, which is logged, or null.</summary>
    /// <param name="call">The foreign code.</param>
    /// <param name="what">What is being called, for the log: "a timed call".</param>
    public Exception? Run(Action call, string what) => Run(call, static call => call(), what);

    /// <summary>The same without a closure: the call is static and is given its subject.</summary>
    public Exception? Run<T>(T subject, Action<T> call, string what)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            call(subject);
            return null;
        }
        catch (Exception error)
        {
            if (error is not ReactorException { Reported: true })
            {
                LoopLog.Unhandled(log, what, error);
            }

            return error;
        }
    }
}
