namespace Conference.Load;

/// <summary>Something that has to work did not; the message is one line for people.</summary>
public sealed class LoadException(string message, Exception? inner = null) : Exception(message, inner);
