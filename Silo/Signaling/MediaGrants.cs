using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Signaling;
using Conference.Contracts.Tickets;
using Conference.Hosting.Tickets;
using Conference.Hosting.Tracing;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Signaling;

/// <summary>Says where a participant's media goes, with a ticket for it.</summary>
public sealed class MediaGrants(TicketSigner signer, SiloOptions options, TimeProvider time)
{
    /// <summary>The grant; null in the lobby and while there is no pod.</summary>
    public MediaGrant? For(MeetingId meeting, ParticipantId participant, ParticipantPlace place) => place is { InLobby: false, PodId: { } pod }
        ? new(pod, $"/media/{pod}/sessions", Ticket(meeting, participant, pod, place, keyHash: null), IceServers(participant), ServiceTracing.Current)
        : null;

    /// <summary>The STUN and TURN servers for a participant, with credentials that begin to be good now.</summary>
    public ImmutableArray<IceServer> IceServers(ParticipantId participant) =>
        options.Turn is { } turn ? [.. options.IceServers, turn.For(participant.Value, time.GetUtcNow())] : options.IceServers;

    /// <summary>
    /// For a test of the way to a pod before joining: a meeting of nobody, which no plan knows. So nobody is there who could be heard or seen, and the pod ends the session
    /// within the time that a ticket has to be confirmed (<c>NotInPlan</c>).
    /// </summary>
    public MediaGrant ForTest(MeetingId test, ParticipantId tester, PodId pod) =>
        new(pod, $"/media/{pod}/sessions", Ticket(test, tester, pod, new(InLobby: false, Role.Attendee, pod, [MediaSource.Microphone]), keyHash: null), IceServers(tester), ServiceTracing.Current);

    /// <summary>A media ticket alone.</summary>
    public string Ticket(MeetingId meeting, ParticipantId participant, PodId pod, ParticipantPlace place, string? keyHash) =>
        signer.Sign(new MediaTicketClaims(meeting, participant, pod, place.MayPublish, keyHash, place.Encrypted));

    /// <summary>A ticket to open one signaling socket.</summary>
    public string SignalTicket(MeetingId meeting, ParticipantId participant) =>
        signer.Sign(new SignalTicketClaims(meeting, participant, Guid.NewGuid().ToString("N")));
}
