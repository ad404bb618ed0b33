using System.Text.Json.Serialization;

namespace Conference.Contracts.Tenants;

/// <summary>Why a request about a tenant is refused; the <c>reason</c> of its problem document.</summary>
[JsonConverter(typeof(EnumNames<TenantRefusal>))]
public enum TenantRefusal
{
    /// <summary>No tenant has this id, or the credential does not open it.</summary>
    UnknownTenant,

    /// <summary>There is a tenant of this id.</summary>
    TenantExists,

    /// <summary>The name is empty, longer than 64 characters, or has characters that are not allowed.</summary>
    InvalidName,

    /// <summary>The tenant has as many keys as it may have.</summary>
    TooManyKeys,

    /// <summary>The tenant has no key of this id.</summary>
    UnknownKey,

    /// <summary>The public key cannot be read, is too short, is of another kind than the algorithm wants, or is given where none belongs.</summary>
    InvalidPublicKey,

    /// <summary>A number is out of its range.</summary>
    OutOfRange,

    /// <summary>The address is no https address, or one that the installation does not send to.</summary>
    InvalidUrl,

    /// <summary>The tenant has as many webhooks as it may have.</summary>
    TooManyWebhooks,

    /// <summary>The tenant has no webhook of this id.</summary>
    UnknownWebhook,

    /// <summary>There is no such dead letter.</summary>
    UnknownDeadLetter,

    /// <summary>The webhook did not take it.</summary>
    NotDelivered,

    /// <summary>Somebody is in one of the tenant's meetings.</summary>
    MeetingsLive,

    /// <summary>The tenant of meetings that are made without a key stays.</summary>
    DefaultTenant,

    /// <summary>The tenant of this id is deleted, or is being deleted; no other gets the id.</summary>
    TenantDeleted,

    /// <summary>The journal cannot take events now; try again.</summary>
    Unavailable,
}
