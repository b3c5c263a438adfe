using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>luareactor/evaluator.lua</c> tells its C# side.</summary>
internal static class EvaluatorType
{
    public static void Define(Handles handles) => handles.DefineType<Evaluator>("Evaluator", ("write", Write), ("finished", Finished));

    // evaluator:write(text, isError)
    private static int Write(in Call call)
    {
        var evaluator = call.Self<Evaluator>();
        evaluator.Write(call.Text(2), call.OptionalBoolean(3, false));
        return call.Return();
    }

    private static int Finished(in Call call)
    {
        call.Self<Evaluator>().Finished(call.Boolean(2));
        return call.Return();
    }
}
