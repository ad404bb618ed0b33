namespace Conference.Silo.Meetings;

/// <summary>The times and bounds of every meeting (docs/meetings.md).</summary>
public sealed record MeetingRules
{
    /// <summary>How long a place is kept for somebody who has not opened a session yet.</summary>
    public TimeSpan ConnectGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a place is kept for somebody whose session was lost.</summary>
    public TimeSpan ReconnectGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a place is kept for somebody whose page was closed: a page that is only loaded again is back by then.</summary>
    public TimeSpan ReloadGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a meeting that everybody has left stays joinable.</summary>
    public TimeSpan AbandonAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long before its scheduled start a meeting opens to those who need no host.</summary>
    public TimeSpan OpensBefore { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a meeting that ends without a host waits for one to come back.</summary>
    public TimeSpan HostGrace { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The most who may wait in one lobby. They take no place, but they take memory.</summary>
    public int MaxLobby { get; init; } = 5000;

    /// <summary>The most stream keys of one meeting.</summary>
    public int MaxStreamKeys { get; init; } = 100;
}
