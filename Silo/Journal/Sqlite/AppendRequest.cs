namespace Conference.Silo.Journal.Sqlite;

/// <summary>An append in the queue.</summary>
internal sealed class AppendRequest(JournalAppend append, long bytes) : WriteRequest<AppendResult>
{
    public override long Bytes => bytes;

    public string MeetingId => append.MeetingId;

    /// <summary>An append of the same meeting failed after this one was queued, so it was decided on a state that never came to be.</summary>
    public bool IsBehindFailure { get; set; }

    /// <summary>Applied, and refused.</summary>
    public bool IsRefused => Outcome is not AppendResult.Committed;

    protected override AppendResult Decide(WriteSession session)
        => IsBehindFailure ? new AppendResult.Conflict(session.Meetings.NextOf(append.MeetingId)) : session.Meetings.Append(append);

    protected override AppendResult Unavailable(JournalUnavailable reason) => new AppendResult.Unavailable(reason);
}
