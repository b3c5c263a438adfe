using LuaReactor.Scripting.Interop;
using Microsoft.Extensions.Logging;

namespace LuaReactor.Scripting.Natives;

/// <summary>From <c>twisted/python/log.lua</c> to the host's logger.</summary>
internal sealed partial class LogModule(ILogger log) : INativeModule
{
    public string Name => "luareactor.log";

    public (string Name, Native Native)[] Functions => [("write", Write), ("enabled", Enabled)];

    private static LogLevel Level(in Call call, int i)
    {
        var name = call.Bytes(i);
        return name.SequenceEqual("info"u8) ? LogLevel.Information
            : name.SequenceEqual("debug"u8) ? LogLevel.Debug
            : name.SequenceEqual("warning"u8) ? LogLevel.Warning
            : name.SequenceEqual("error"u8) ? LogLevel.Error
            : throw call.Bad(i, $"'{call.Text(i)}' is not a level: debug, info, warning or error");
    }

    // enabled(level) → whether anybody would see it.
    private int Enabled(in Call call) => call.Return(log.IsEnabled(Level(call, 1)));

    private int Write(in Call call)
    {
        var level = Level(call, 1);
        var text = call.Text(2);
        Message(level, text);
        return call.Return();
    }

    [LoggerMessage(EventId = 20, Message = "{Text}")]
    private partial void Message(LogLevel level, string text);
}
