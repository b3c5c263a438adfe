using LuaReactor.Scripting.Interop;
using Microsoft.Extensions.Logging;

namespace LuaReactor.Scripting.Natives;

/// <summary>From <c>twisted/python/log.lua</c> to the host's logger.</summary>
internal sealed partial class LogModule(ILogger log) : INativeModule
{
    public string Name => "luareactor.log";

    public IEnumerable<(string Name, Native Native)> Functions => [("write", Write)];

    private int Write(in Call call)
    {
        var level = call.Text(1) switch
        {
            "debug" => LogLevel.Debug,
            "info" => LogLevel.Information,
            "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            var other => throw call.Bad(1, $"'{other}' is not a level: debug, info, warning or error"),
        };
        var text = call.Text(2);
        Message(level, text);
        return call.Return();
    }

    [LoggerMessage(EventId = 20, Message = "{Text}")]
    private partial void Message(LogLevel level, string text);
}
