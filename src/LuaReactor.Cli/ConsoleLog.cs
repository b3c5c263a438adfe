using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace LuaReactor.Cli;

/// <summary>The program's log: Microsoft's console logger on standard error, one plain text a message, made when first needed.</summary>
internal sealed class ConsoleLog(LogLevel least) : ILogger, IDisposable
{
    private ConsoleLoggerProvider? _provider;
    private ILogger? _logger;

    /// <summary>Takes the messages in place of standard error: at a prompt they are written above the line being typed.</summary>
    public Action<string>? Display { get; set; }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && Display is { } display)
        {
            using var text = new StringWriter();
            Plain.Write(logLevel, formatter(state, exception), exception, text);
            display(text.ToString());
        }
        else if (IsEnabled(logLevel))
        {
            (_logger ??= Make()).Log(logLevel, eventId, state, exception, formatter);
        }
    }

    /// <summary>Waits until all that was logged is written.</summary>
    public void Dispose()
    {
        _provider?.Dispose();
        (_provider, _logger) = (null, null);
    }

    private ILogger Make()
    {
        var options = new ConsoleLoggerOptions { FormatterName = Plain.FormatterName, LogToStandardErrorThreshold = LogLevel.Trace };
        _provider = new ConsoleLoggerProvider(new Fixed(options), [new Plain()]);
        return _provider.CreateLogger("luareactor");
    }

    // Twisted writes errors without stamp or level until startLogging; levels below are marked, since they were asked for.
    private sealed class Plain() : ConsoleFormatter(FormatterName)
    {
        public const string FormatterName = "plain";

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter) =>
            Write(logEntry.LogLevel, logEntry.Formatter(logEntry.State, logEntry.Exception), logEntry.Exception, textWriter);

        public static void Write(LogLevel level, string message, Exception? exception, TextWriter textWriter)
        {
            if (level < LogLevel.Error)
            {
                textWriter.Write(level switch
                {
                    LogLevel.Trace => "trace: ",
                    LogLevel.Debug => "debug: ",
                    LogLevel.Information => "info: ",
                    _ => "warning: ",
                });
            }

            textWriter.WriteLine(message);
            if (exception is not null)
            {
                textWriter.WriteLine(exception);
            }
        }
    }

    private sealed class Fixed(ConsoleLoggerOptions options) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
