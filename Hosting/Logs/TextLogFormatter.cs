using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Conference.Hosting.Logs;

/// <summary><c>12:34:56.789 info Silo.Meetings[1203] message</c>, without secrets.</summary>
internal sealed class TextLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "conference-text";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write($"{time.GetLocalNow():HH:mm:ss.fff} {Level(logEntry.LogLevel)} {Category(logEntry.Category)}[{logEntry.EventId.Id}] ");
        textWriter.WriteLine(OneLine(SecretRedactor.Redact(message)));
        if (logEntry.Exception is { } exception) textWriter.WriteLine(SecretRedactor.Redact(exception.ToString()));
    }

    // A message that holds a newline from a client must not look like an entry of its own.
    private static string OneLine(string text) => text.AsSpan().ContainsAny('\r', '\n') ? text.Replace("\r", "\\r").Replace("\n", "\\n") : text;

    private static string Category(string name) => name.StartsWith("Conference.", StringComparison.Ordinal) ? name["Conference.".Length..] : name;

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
