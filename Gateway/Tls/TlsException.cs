namespace Conference.Gateway.Tls;

/// <summary>A certificate cannot be used; the message is one line that says why and names the file.</summary>
public sealed class TlsException(string message, Exception? inner = null) : Exception(message, inner);
