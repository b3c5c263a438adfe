using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>callLater</c> returns.</summary>
internal static class DelayedCallType
{
    public static void Define(Handles handles) => handles.DefineType<LuaTimer>(
        "DelayedCall",
        ("cancel", Cancel),
        ("reset", Reset),
        ("delay", Delay),
        ("active", Active),
        ("getTime", GetTime));

    private static int Cancel(in Call call)
    {
        call.Self<LuaTimer>().Cancel();
        return call.Return();
    }

    private static int Reset(in Call call)
    {
        call.Self<LuaTimer>().Call.Reset(ReactorModule.Delay(call, 2));
        return call.Return();
    }

    private static int Delay(in Call call)
    {
        var seconds = call.Number(2);
        call.Self<LuaTimer>().Call.Delay(double.IsFinite(seconds) ? seconds : throw call.Bad(2, "a finite number of seconds expected"));
        return call.Return();
    }

    private static int Active(in Call call) => call.Return(call.Self<LuaTimer>().Call.Active);

    private static int GetTime(in Call call) => call.Return(call.Self<LuaTimer>().Call.GetTime());
}
