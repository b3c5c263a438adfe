using LuaReactor.Loop;

namespace LuaReactor.Scripting.Bridge;

/// <summary>A script's callback raised an error, which Lua has logged: the loop only needs to know that it did.</summary>
internal sealed class ScriptFailedException() : ReactorException("ScriptFailed", "A script's callback failed.")
{
    /// <inheritdoc/>
    public override bool Reported => true;
}
