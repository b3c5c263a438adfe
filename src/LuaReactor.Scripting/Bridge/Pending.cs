using LuaReactor.Loop;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's Deferred that a system event waits for.</summary>
internal sealed class Pending : IPending
{
    private Action? _whenDone;
    private bool _done;

    public void Done()
    {
        _done = true;
        _whenDone?.Invoke();
    }

    public void WhenDone(Action done)
    {
        if (_done)
        {
            done();
        }
        else
        {
            _whenDone = done;
        }
    }
}
