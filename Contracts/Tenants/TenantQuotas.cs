using System.Text.Json.Serialization;

namespace Conference.Contracts.Tenants;

/// <summary>What a tenant may use; null: as much as there is.</summary>
/// <param name="Meetings">Meetings with people in them at one time; 1 to 1,000,000.</param>
/// <param name="Participants">Participants at one time, in all meetings together, streams included; 1 to 1,000,000.</param>
/// <param name="MinutesPerMonth">Participant minutes in one calendar month (UTC); 1 to 1,000,000,000. Who is in a meeting when they are used up stays; nobody new comes in.</param>
/// <param name="Bitrate">How much each participant may send and receive.</param>
public sealed record TenantQuotas(int? Meetings = null, int? Participants = null, int? MinutesPerMonth = null, BitrateTier Bitrate = BitrateTier.Full);

/// <summary>How much each participant may send and receive; enforced by the pod.</summary>
[JsonConverter(typeof(EnumNames<BitrateTier>))]
public enum BitrateTier
{
    /// <summary>As much as the pod carries.</summary>
    Full,

    /// <summary>5,000 kbit/s of each source of pictures sent, all encodings together; 4,000 kbit/s received.</summary>
    Standard,

    /// <summary>1,500 kbit/s of each source of pictures sent, all encodings together; 1,200 kbit/s received.</summary>
    Basic,
}

/// <summary>What a tenant uses now.</summary>
/// <param name="Meetings">Meetings with people in them.</param>
/// <param name="Participants">Participants in all of them.</param>
/// <param name="Month">The month of <paramref name="Minutes"/>, as <c>2026-11</c> (UTC).</param>
/// <param name="Minutes">Participant minutes used in that month, started minutes not rounded up.</param>
public sealed record TenantUsage(int Meetings, int Participants, string Month, long Minutes);
