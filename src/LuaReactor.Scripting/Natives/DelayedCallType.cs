using LuaReactor.Loop;
using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>callLater</c> returns.</summary>
internal static class DelayedCallType
{
    public static void Define(Handles handles) => handles.DefineKeptType<LuaTimer>(
        "DelayedCall",
        ("cancel", Cancel),
        ("reset", Reset),
        ("delay", Delay),
        ("active", Active),
        ("getTime", GetTime));

    private static int Cancel(in Call call)
    {
        Waiting(call).Cancel();
        return call.Return();
    }

    private static int Reset(in Call call)
    {
        Waiting(call).Reset(ReactorModule.Delay(call, 2));
        return call.Return();
    }

    private static int Delay(in Call call)
    {
        var seconds = call.Number(2);
        Waiting(call).Delay(double.IsFinite(seconds) ? seconds : throw call.Bad(2, "a finite number of seconds expected"));
        return call.Return();
    }

    private static int Active(in Call call) => call.Return(Find(call, out _, out _) is not null);

    private static int GetTime(in Call call) => call.Return(Find(call, out _, out var time)?.Time ?? time);

    private static LuaTimer Waiting(in Call call) => Find(call, out var ended, out _)
        ?? throw (ended is LuaTimer.WasCalled ? new AlreadyCalledException() : new AlreadyCancelledException());

    // Null when it is over; what is no DelayedCall is refused.
    private static LuaTimer? Find(in Call call, out byte ended, out double time)
    {
        var timer = call.State.Handles.GetKept(call.L, 1, out ended, out time) as LuaTimer;
        return timer is null && ended is 0 ? call.Self<LuaTimer>() : timer;
    }
}
