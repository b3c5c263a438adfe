using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>addSystemEventTrigger</c> returns: only good for removing it.</summary>
internal static class ScriptTriggerType
{
    public static void Define(Handles handles) => handles.DefineType<ScriptTrigger>("SystemEventTrigger");
}
