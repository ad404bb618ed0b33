using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Hosting.Tickets;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>Which signaling session is a participant's newest, and which tickets have been used. Lives in the grain.</summary>
internal sealed class OpenSessions(TimeProvider time)
{
    private static readonly TimeSpan Remember = TicketSigner.SignalLifetime + TimeSpan.FromSeconds(10);
    private readonly Dictionary<ParticipantId, string> _current = [];
    private readonly Dictionary<string, DateTimeOffset> _used = [];

    /// <summary>The answer to a command that need not be decided: the end of a session that has been replaced, a ticket that has been used.</summary>
    public CommandResult? Before(ParticipantId sender, MeetingCommand command) => command switch
    {
        CloseSession c when !(_current.TryGetValue(sender, out var current) && current == c.SessionId) => new Done(null),
        OpenSession { Again: false } c when _used.ContainsKey(c.SessionId) => new Refused(CommandRefusal.NotAllowed),
        OpenSession { Again: true } c when _current.TryGetValue(sender, out var current) && current != c.SessionId => new Refused(CommandRefusal.NotAllowed),
        _ => null,
    };

    public void Opened(ParticipantId participant, string session)
    {
        _current[participant] = session;
        _used[session] = time.GetUtcNow() + Remember;
    }

    public void Closed(ParticipantId participant) => _current.Remove(participant);

    public void Sweep()
    {
        if (_used.Count == 0) return;
        var now = time.GetUtcNow();
        foreach (var old in _used.Where(u => u.Value <= now).Select(u => u.Key).ToList()) _used.Remove(old);
    }
}
