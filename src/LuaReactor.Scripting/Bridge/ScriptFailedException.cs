using LuaReactor.Loop;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's callback raised an error, which Lua has logged: the loop only needs to know that it did.</summary>
/// <param name="message">The error's.</param>
internal sealed class ScriptFailedException(string message) : ReactorException("ScriptFailed", message)
{
    /// <inheritdoc/>
    public override bool Reported => true;
}
