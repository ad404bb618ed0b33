using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Tenants;

namespace Conference.Silo.Grains.Tenants;

/// <summary>Sends one tenant's events to its webhooks, each meeting's in their order. The key is the tenant's id.</summary>
[Alias("conference.webhooks")]
public interface IWebhookGrain : IGrainWithStringKey
{
    /// <summary>From this sequence on, what happens in a meeting is to be sent to each of the tenant's webhooks; durable when answered. Where that is so already, nothing changes.</summary>
    [Alias("begin")]
    Task<bool> Begin(MeetingId meeting, long afterSeq, bool isStarted);

    /// <summary>Something may have to be sent.</summary>
    /// <param name="meeting">Of this meeting; null: look through all.</param>
    [Alias("wake")]
    Task Wake(MeetingId? meeting);

    /// <summary>What could not be delivered, oldest first, at most 100.</summary>
    [Alias("deadLetters")]
    Task<ImmutableArray<DeadLetter>> DeadLetters();

    /// <summary>Deletes the dead letters about a meeting: there are names in them. False: not all could be.</summary>
    [Alias("forget")]
    Task<bool> Forget(MeetingId meeting);

    /// <summary>Deletes all dead letters of the tenant, and what is still to be sent. False: not all could be.</summary>
    [Alias("forgetAll")]
    Task<bool> ForgetAll();

    /// <summary>Sends a dead letter once more; gone when that succeeds. Answers why it failed; null: it did not.</summary>
    [Alias("resend")]
    Task<TenantResult> Resend(string letterId);
}
