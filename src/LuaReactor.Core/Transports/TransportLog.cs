using Microsoft.Extensions.Logging;

namespace LuaReactor.Transports;

/// <summary>All that the transports log.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Debug, "write of {Bytes} bytes on a closed connection: dropped")]
    public static partial void WriteOnClosed(this ILogger log, int bytes);

    [LoggerMessage(2, LogLevel.Error, "out of file descriptors: a client that waited was turned away")]
    public static partial void OutOfDescriptors(this ILogger log);

    [LoggerMessage(3, LogLevel.Error, "Could not accept new connection ({Error})")]
    public static partial void AcceptFailed(this ILogger log, string error);
}
