using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>A C# action handed to Lua: <c>callback:run()</c>.</summary>
internal static class CallbackType
{
    public static void Define(Handles handles) => handles.DefineType<Callback>("Callback", ("run", Run));

    private static int Run(in Call call)
    {
        call.Self<Callback>().Run();
        return call.Return();
    }
}
