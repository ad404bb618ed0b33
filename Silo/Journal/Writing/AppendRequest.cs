namespace Conference.Silo.Journal.Writing;

/// <summary>An append in the queue.</summary>
internal sealed class AppendRequest(JournalAppend append, long bytes) : WriteRequest<AppendResult>
{
    public override long Bytes => bytes;

    public JournalAppend Append => append;

    public string MeetingId => append.MeetingId;

    /// <summary>An append of the same meeting failed after this one was queued, so it was decided on a state that never came to be.</summary>
    public bool IsBehindFailure { get; set; }

    /// <summary>Applied, and refused.</summary>
    public bool IsRefused => Outcome is not AppendResult.Committed;

    protected override AppendResult Decide(IBatchWrites writes)
        => IsBehindFailure ? new AppendResult.Conflict(writes.NextOf(append.MeetingId)) : writes.Append(append);

    protected override AppendResult Unavailable(JournalUnavailable reason) => new AppendResult.Unavailable(reason);
}
