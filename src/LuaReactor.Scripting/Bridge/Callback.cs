namespace LuaReactor.Scripting.Bridge;

/// <summary>A C# action that Lua may call once, as <c>callback()</c>.</summary>
internal sealed class Callback(Action action)
{
    private Action? _action = action;

    public void Run()
    {
        var action = _action;
        _action = null;
        action?.Invoke();
    }
}
