namespace LuaReactor.Cli.Tests.Chains;

/// <summary>A Deferred as simple as can be: a list of pairs of functions, taken from the front. What the true one is to do.</summary>
internal sealed class ModelDeferred(Action<ModelDeferred>? canceller)
{
    private readonly List<(Func<object?, object?>? Callback, Func<object?, object?>? Errback, ModelDeferred? Waiting)> _pairs = [];
    private Action<ModelDeferred>? _canceller = canceller;
    private bool _swallowsOne;
    private bool _isRunning;
    private ModelDeferred? _waitsFor;

    public bool Called { get; private set; }

    public int Paused { get; private set; }

    /// <summary>The current result; nothing while it waits for another.</summary>
    public object? Result { get; private set; }

    /// <summary>Whether a failure is the last word: it went through all the callbacks there are.</summary>
    public bool IsUnhandled { get; private set; }

    /// <summary>What `cancel` does; a list has its own.</summary>
    public Action? CancelOtherwise { get; init; }

    /// <summary>What happened here that Twisted is known to do otherwise, or null.</summary>
    public string? Differs { get; private set; }

    private bool IsReady => Called && Paused == 0 && _waitsFor is null && !_isRunning;

    public void Add(Func<object?, object?>? callback, Func<object?, object?>? errback)
    {
        _pairs.Add((callback, errback, null));
        Run();
    }

    public void Fire(object? result)
    {
        if (Called && _swallowsOne)
        {
            _swallowsOne = false;
            return;
        }
        if (Called)
        {
            throw new ModelException("AlreadyCalledError");
        }

        (Called, Result) = (true, result);
        Run();
    }

    public void Cancel()
    {
        if (Called && _waitsFor is { } inner)
        {
            Differs ??= CancelOtherwise is null ? null : "a DeferredList that has fired hands a cancel on to the one it waits for";
            inner.Cancel();
        }
        else if (Called)
        {
        }
        else if (CancelOtherwise is { } cancel)
        {
            cancel();
        }
        else
        {
            _swallowsOne = _canceller is null;
            _canceller?.Invoke(this);
            if (!Called)
            {
                Fire(new ModelFailure("CancelledError"));
            }
        }
    }

    public void Pause() => Paused++;

    public void Unpause()
    {
        Paused--;
        Run();
    }

    private void Run()
    {
        if (!Called || Paused > 0 || _isRunning)
        {
            return;
        }

        IsUnhandled = false;
        while (_pairs.Count > 0)
        {
            var (callback, errback, waiting) = _pairs[0];
            _pairs.RemoveAt(0);
            if (waiting is not null)
            {
                HandOverTo(waiting);
            }
            else if ((Result is ModelFailure ? errback : callback) is { } function)
            {
                Call(function);
            }
            // A pause within a callback holds back nothing that is due.
            if (_waitsFor is not null || (waiting is not null && Paused > 0))
            {
                return;
            }
        }

        IsUnhandled = Result is ModelFailure;
    }

    private void Call(Func<object?, object?> function)
    {
        _isRunning = true;
        try
        {
            Result = function(Result);
        }
        catch (ModelException error)
        {
            Result = new ModelFailure(error.Message);
        }

        _isRunning = false;
        if (Result is not ModelDeferred inner)
        {
            return;
        }
        if (inner.IsReady)
        {
            (Result, inner.Result, inner.IsUnhandled) = (inner.Result, null, false);
        }
        else
        {
            Differs ??= inner._isRunning ? "one whose callback runs is waited for, and not robbed of the result it had" : null;
            (Result, _waitsFor) = (null, inner);
            Paused++;
            inner._pairs.Add((null, null, this));
        }
    }

    // The one that waited runs before this one's next callbacks, which may run within its own.
    private void HandOverTo(ModelDeferred waiting)
    {
        (waiting.Result, waiting._waitsFor, Result) = (Result, null, null);
        waiting.Paused--;
        if (waiting.Paused > 0 && _pairs.Count > 0)
        {
            Differs ??= "one that was waited for goes on, even if the one that waited is paused";
        }

        waiting.Run();
    }
}

/// <summary>A failure, by what the trace shows of its error.</summary>
internal sealed record ModelFailure(string Error);

/// <summary>An error raised in a callback.</summary>
internal sealed class ModelException(string shown) : Exception(shown);
