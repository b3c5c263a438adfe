using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>glue.start</c> tells a C# caller's task: <c>outcome:succeed(value)</c> or <c>outcome:fail(message, traceback)</c>.</summary>
internal static class OutcomeType
{
    public static void Define(Handles handles) => handles.DefineType<Outcome>("Outcome", ("succeed", Succeed), ("fail", Fail));

    private static int Succeed(in Call call)
    {
        var outcome = call.Self<Outcome>();
        try
        {
            outcome.Succeed(HostValues.Read(call.L, 2));
        }
        catch (ScriptErrorException error)
        {
            outcome.Fail(error.Message, "");
        }

        return call.Return();
    }

    private static int Fail(in Call call)
    {
        call.Self<Outcome>().Fail(call.Text(2), call.Text(3));
        return call.Return();
    }
}
