using Microsoft.Extensions.Logging;

namespace LuaReactor.Loop;

/// <summary>Everything the loop has to say.</summary>
internal static partial class LoopLog
{
    [LoggerMessage(1, LogLevel.Error, "Unhandled error in {What}")]
    public static partial void Unhandled(ILogger log, string what, Exception error);
}
