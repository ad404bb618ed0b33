namespace Conference.Hosting.Tracing;

/// <summary>A variable of OpenTelemetry makes no sense.</summary>
/// <param name="message">Which one, and what it may be; for people.</param>
public sealed class TracingSettingException(string message) : FormatException(message);
