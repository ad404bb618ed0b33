using Conference.Contracts;

namespace Conference.Silo.Meetings;

/// <summary>Somebody whom a host removed, with all that keeps them out.</summary>
/// <param name="Id">Who they were.</param>
/// <param name="DisplayName">Their name at that time.</param>
/// <param name="TokenHash">The hash of their resume token.</param>
/// <param name="DeviceHash">The hash of their browser's token; null: it had none.</param>
public sealed record RemovedPerson(ParticipantId Id, string DisplayName, string TokenHash, string? DeviceHash);
