namespace Conference.Silo.Journal;

/// <summary>The list of meetings beside their events: by id, by join code, by tenant, by owner and by state.</summary>
public interface IMeetingIndex
{
    /// <summary>The entry of a meeting, or null.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    ValueTask<MeetingIndexEntry?> FindAsync(string meetingId, CancellationToken cancellation = default);

    /// <summary>The entry of the meeting that has, or ever had, this join code, or null. Codes are compared exactly.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    ValueTask<MeetingIndexEntry?> FindByCodeAsync(string code, CancellationToken cancellation = default);

    /// <summary>Entries in the order in which the meetings were first written, a page at a time.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    ValueTask<MeetingPage> ListAsync(MeetingQuery query, CancellationToken cancellation = default);
}

/// <summary>A meeting as lists show it.</summary>
/// <param name="MeetingId">The meeting.</param>
/// <param name="TenantId">The tenant it belongs to.</param>
/// <param name="Code">Its join code; null if it never had one.</param>
/// <param name="State">The last state word written.</param>
/// <param name="Summary">The last summary written, UTF-8 JSON.</param>
/// <param name="CreatedAt">When the meeting was first written.</param>
/// <param name="UpdatedAt">When the entry was last written.</param>
public sealed record MeetingIndexEntry(
    string MeetingId, string TenantId, string? Code, string State, ReadOnlyMemory<byte> Summary, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Which meetings to list.</summary>
/// <param name="TenantId">Only this tenant's; null for all.</param>
/// <param name="State">Only those in this state; null for all.</param>
/// <param name="After">The <see cref="MeetingPage.Next"/> of the page before; 0 for the first page.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
/// <param name="Owner">Only those of this owner; null for all.</param>
public sealed record MeetingQuery(string? TenantId = null, string? State = null, long After = 0, int Limit = 100, string? Owner = null);

/// <summary>A page of meetings.</summary>
/// <param name="Meetings">The entries.</param>
/// <param name="Next">Where the next page starts; null when this was the last.</param>
public sealed record MeetingPage(IReadOnlyList<MeetingIndexEntry> Meetings, long? Next);
