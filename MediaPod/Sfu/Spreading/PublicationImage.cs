using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>A publication as the other workers of its room are told of it, when it begins and whenever something of this changes. Immutable: it goes to another thread.</summary>
/// <param name="Id">Names it within the server.</param>
/// <param name="Worker">Where its session lives.</param>
/// <param name="ParticipantId">Whose it is.</param>
/// <param name="Group">Who may hear and see it.</param>
/// <param name="Media">What was negotiated.</param>
/// <param name="Codec">What its packets are; null before the first.</param>
/// <param name="Forwards">The plan lets it through.</param>
/// <param name="Hint">What it shows.</param>
/// <param name="Off">The encodings that the publisher was asked not to send, by their places.</param>
internal sealed record PublicationImage(
    int Id, int Worker, string ParticipantId, string Group, NegotiatedMedia Media, NegotiatedCodec? Codec, bool Forwards, ContentHint Hint, ImmutableArray<bool> Off)
{
    public static PublicationImage Of(Publication publication, int worker) => new(
        publication.Id, worker, publication.Owner.ParticipantId, publication.Owner.Group, publication.Media, publication.Codec, publication.Forwards, publication.Hint,
        [.. publication.Streams.Select(s => s.IsOff)]);
}
