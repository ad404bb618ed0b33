using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;

namespace Conference.Silo.Meetings;

/// <summary>Deletes what there is of a meeting: its journal, and the dead letters about it.</summary>
internal sealed class MeetingData(IGrainFactory grains, MeetingCalls calls)
{
    /// <summary>Deletes it; null: it is deleted, now or before.</summary>
    public async Task<MeetingRefusal?> EraseAsync(MeetingId meeting, TenantId tenant)
    {
        if (await calls.ExecuteAsync(meeting, new EraseMeeting()) is MeetingRefused refused) return refused.Reason;
        try
        {
            return await grains.GetGrain<IWebhookGrain>(tenant.Value).Forget(meeting) ? null : MeetingRefusal.Unavailable;
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            return MeetingRefusal.Unavailable;
        }
    }
}
