using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>Answers questions from a state. Pure.</summary>
internal static class MeetingReadings
{
    public static MeetingReading Answer(MeetingState state, MeetingQuestion query, DateTimeOffset now, MeetingRules rules)
    {
        if (!state.Exists) return new NoMeeting();
        return query switch
        {
            FactsQuery => new MeetingFacts(Facts(state, state.Ended is not null || JoinRules.IsAbandoned(state, now, rules)), state.TenantId),
            ViewQuery q when state.Find(q.ParticipantId) is { } p => new ParticipantSnapshot(state.Seq, state.ViewOf(p), Place(state, p)),
            PlaceQuery q when state.Find(q.ParticipantId) is { } p => new PlaceFound(Place(state, p)),
            ViewQuery or PlaceQuery => new NoPlace(state.Ended is not null),
            DetailsQuery q => new MeetingDetails(Info(state), Secrets.Matches(q.Bearer, state.HostKeyHash), BearerOf(state, q.Bearer), PodsOf(state), state.Owner),
            _ => throw new ArgumentException($"{query.GetType().Name} is not a question about a meeting", nameof(query)),
        };
    }

    public static ParticipantPlace? PlaceOf(MeetingState state, ParticipantId id) => state.Find(id) is { } p ? Place(state, p) : null;

    private static ImmutableArray<PodId> PodsOf(MeetingState state) => [.. state.Participants.Values.Select(p => p.PodId).OfType<PodId>().Distinct()];

    private static ParticipantId? BearerOf(MeetingState state, string? token) =>
        token is { Length: <= 256 } && state.ResumeTokens.TryGetValue(Secrets.Hash(token), out var id) && state.Find(id) is { InLobby: false } p
            && Secrets.Matches(token, p.ResumeTokenHash) ? id : null;

    private static ParticipantPlace Place(MeetingState state, Participant p) =>
        new(p.InLobby, p.Role, p.InLobby ? null : p.PodId, p.MayPublish(state.Settings).ToArray(), state.Settings.Encrypted);

    private static JoinFacts Facts(MeetingState state, bool isOver) =>
        new(state.Code, state.Title, state.PasscodeHash is not null, state.Locked, state.Settings.Lobby, isOver, state.Schedule, state.Settings.Encrypted);

    private static MeetingInfo Info(MeetingState state) => new(
        state.Id, state.Code, state.Title, state.TenantId, state.Settings, state.Locked, state.Seq, state.CreatedAt,
        [.. state.Participants.Values.OrderBy(p => p.JoinedSeq).Select(p => p.ToView())],
        [.. state.StreamKeys.Values.OrderBy(k => k.Id, StringComparer.Ordinal).Select(k => new StreamKeyInfo(k.Id, k.Name, k.Role))], state.Ended, state.Schedule);
}
