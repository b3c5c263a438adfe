using LuaReactor.Loop;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's trigger of a system event, until it has run or was removed.</summary>
internal sealed class ScriptTrigger
{
    private readonly Reactor _reactor;
    private readonly LuaCall _call;
    private readonly SystemTrigger _trigger;
    private bool _gone;

    public ScriptTrigger(Reactor reactor, TriggerPhase phase, string name, LuaCall call)
    {
        (_reactor, _call) = (reactor, call);
        _trigger = reactor.AddSystemEventTrigger(phase, name, Run);
    }

    /// <summary>Takes the trigger away; it was there.</summary>
    /// <exception cref="Transports.WrongStateException">It has run, or was removed before.</exception>
    public void Remove()
    {
        if (_gone)
        {
            throw new Transports.WrongStateException("removeSystemTrigger: the trigger has run or was removed before");
        }

        _gone = true;
        _reactor.RemoveSystemEventTrigger(_trigger);
        _call.Drop();
    }

    private Pending? Run()
    {
        _gone = true;
        var pending = new Pending();
        return _call.RunAsTrigger(pending.Done) ? pending : null;
    }
}
