using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>Whether somebody is looking.</summary>
internal sealed class TerminalModule : INativeModule
{
    public string Name => "luareactor.terminal";

    public (string Name, Native Native)[] Functions => [("isatty", IsATty)];

    private static int IsATty(in Call call) => call.Return(call.Text(1) switch
    {
        "stdin" => !Console.IsInputRedirected,
        "stdout" => !Console.IsOutputRedirected,
        "stderr" => !Console.IsErrorRedirected,
        var other => throw call.Bad(1, $"'{other}' is not stdin, stdout or stderr"),
    });
}
