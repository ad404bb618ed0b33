namespace Conference.Hosting.Logs;

/// <summary>How log entries look on the console.</summary>
public enum LogFormat
{
    /// <summary>One readable line an entry, and the exception below it.</summary>
    Text,

    /// <summary>One JSON object a line, with the fields of the entry.</summary>
    Json,
}
