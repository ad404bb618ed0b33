using Conference.Hosting.Policies;
using Conference.Silo.Journal;
using Microsoft.Extensions.Logging;

namespace Conference.Silo;

/// <summary>Keeps the journal open as long as the silo: it is closed after everything that writes to it.</summary>
internal sealed class JournalHolder(SiloOptions options, ServicePolicies policies, TimeProvider time, ILogger<JournalStore> log) : IAsyncDisposable, IDisposable
{
    private JournalStore? _journal;

    public JournalStore Journal => _journal ?? throw new InvalidOperationException("the journal is not open");

    public void Open() => _journal = JournalStore.Open(options.Journal, policies, time, log) switch
    {
        JournalOpening.Opened opened => opened.Journal,
        JournalOpening.Refused refused => throw new SiloStartException(refused.Reason, refused.Message),
        _ => throw new InvalidOperationException("an unknown outcome of opening the journal"),
    };

    public async ValueTask DisposeAsync()
    {
        if (_journal is { } journal) await journal.DisposeAsync();
    }

    // A container that is disposed of synchronously still has to let the journal's writer end.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}

/// <summary>A silo cannot start.</summary>
/// <param name="reason">Why, by name.</param>
/// <param name="message">One line for the person who started it.</param>
public sealed class SiloStartException(JournalOpenRefusal reason, string message) : Exception(message)
{
    /// <summary>Why, by name.</summary>
    public JournalOpenRefusal Reason => reason;
}
