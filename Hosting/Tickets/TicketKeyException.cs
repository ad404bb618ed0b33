namespace Conference.Hosting.Tickets;

/// <summary>The file of the ticket keys cannot be used; the message is one line that says why and names the file.</summary>
public sealed class TicketKeyException : Exception
{
    /// <summary>With a reason.</summary>
    public TicketKeyException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
