using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Slots;

/// <summary>Gathers what the assignments decide on for one receiver, and applies what they decide. Allocates nothing once warm.</summary>
internal sealed class SlotFiller
{
    private const int MostVoices = 24;
    private const int MostWanted = 192;
    private const int AnyHeight = 8640;

    private readonly MediaRoom _room;
    private readonly AudioCandidate[] _voices = new AudioCandidate[MostVoices];
    private readonly WantedPicture[] _wanted = new WantedPicture[MostWanted];
    private readonly VideoSlot[] _video = new VideoSlot[MostWanted];
    private readonly int[] _audio = new int[MostWanted];

    public SlotFiller(MediaRoom room) => _room = room;

    /// <summary>Decides on the slots of a receiver that are to be decided on.</summary>
    public void Fill(MediaSession receiver, long now)
    {
        var kinds = receiver.Undecided;
        receiver.Undecided = SlotKinds.None;
        receiver.SlotStatesDirty = true;
        // Before it has keys nothing can be sent: a key frame would be spent for nothing. It is filled when it connects.
        if (!receiver.Connected) return;
        if ((kinds & SlotKinds.Audio) != 0)
        {
            FillAudio(receiver, TrackSource.Microphone, now);
            FillAudio(receiver, TrackSource.ScreenAudio, now);
        }
        if ((kinds & SlotKinds.Video) == 0) return;
        FillVideo(receiver);
        _room.Allocate(receiver, now);
    }

    private void FillAudio(MediaSession receiver, TrackSource kind, long now)
    {
        var count = 0;
        foreach (var slot in receiver.Slots)
        {
            if (slot.IsVideo || slot.Kind != kind) continue;
            if (slot.Content is { } content && !MayHear(receiver, content)) slot.Fill(null);
            if (count < MostWanted) _audio[count++] = slot.Content?.Id ?? AudioSlotAssignment.Empty;
        }
        if (count == 0) return;
        var candidates = kind == TrackSource.Microphone ? GatherVoices(receiver) : GatherScreenAudio(receiver, 0);
        if (AudioSlotAssignment.Assign(_voices.AsSpan(0, candidates), _audio.AsSpan(0, count), now / 1000)) ApplyAudio(receiver, kind);
        if (SomebodyWaits(_voices.AsSpan(0, candidates), _audio.AsSpan(0, count))) receiver.Undecided |= SlotKinds.Audio;
    }

    // Who speaks without a slot is decided on again with the next ranking: others' pauses grow long (A4) though nobody's voice changes.
    private static bool SomebodyWaits(ReadOnlySpan<AudioCandidate> voices, ReadOnlySpan<int> slots)
    {
        foreach (ref readonly var voice in voices)
        {
            if (voice.Speaking && !slots.Contains(voice.PublicationId)) return true;
        }
        return false;
    }

    private int GatherVoices(MediaSession receiver)
    {
        var count = 0;
        foreach (var voice in receiver.Speakers.Ranking.Ranked)
        {
            if (count == MostVoices) break;
            if (_room.Find(voice.PublicationId) is not { } publication || !MayHear(receiver, publication)) continue;
            _voices[count++] = new AudioCandidate(voice.PublicationId, voice.Score, voice.Speaking, voice.LastSpokeMilliseconds ?? long.MinValue, voice.Lasting);
        }
        // A6: who offered no slot for the sound of screens hears it in a slot that no voice needs.
        return HasSlot(receiver, TrackSource.ScreenAudio) ? count : GatherScreenAudio(receiver, count);
    }

    private int GatherScreenAudio(MediaSession receiver, int count)
    {
        foreach (var publication in _room.Publications)
        {
            if (count == MostVoices) break;
            if (publication.Source != TrackSource.ScreenAudio || !MayHear(receiver, publication)) continue;
            _voices[count++] = new AudioCandidate(publication.Id, 0, false, long.MinValue);
        }
        return count;
    }

    private void ApplyAudio(MediaSession receiver, TrackSource kind)
    {
        var at = 0;
        foreach (var slot in receiver.Slots)
        {
            if (slot.IsVideo || slot.Kind != kind) continue;
            var decided = _audio[at++];
            if (decided != (slot.Content?.Id ?? AudioSlotAssignment.Empty)) slot.Fill(_room.Find(decided));
        }
    }

    private void FillVideo(MediaSession receiver)
    {
        var slots = 0;
        foreach (var slot in receiver.Slots)
        {
            if (!slot.IsVideo) continue;
            if (slot.Content is { } content && !MaySee(receiver, content)) slot.Fill(null);
            if (slots < MostWanted) _video[slots++] = new VideoSlot(slot.Kind, slot.Content?.Id ?? AudioSlotAssignment.Empty, slot.MaxHeight, slot.Priority, slot.Pinned);
        }
        if (slots == 0) return;
        var wanted = receiver.Demands is { } demands ? GatherDemands(receiver, demands.AsSpan()) : GatherAnybody(receiver);
        VideoSlotAssignment.Assign(_wanted.AsSpan(0, wanted), _video.AsSpan(0, slots));
        ApplyVideo(receiver);
    }

    private int GatherDemands(MediaSession receiver, ReadOnlySpan<Demand> demands)
    {
        var count = 0;
        foreach (var demand in demands)
        {
            var publication = demand.ParticipantId is { } participant ? _room.Find(participant, demand.Source) : FindActive(receiver, demand.Source);
            if (publication is null || count == MostWanted || !SharesGroup(receiver, publication)) continue;
            _wanted[count++] = new WantedPicture(publication.Id, publication.Source, demand.MaxHeight, demand.Priority, demand.Pinned);
        }
        return count;
    }

    // V7: a receiver that says nothing sees the active speaker first, then whom it sees already, then anybody.
    private int GatherAnybody(MediaSession receiver)
    {
        var count = 0;
        if (FindActive(receiver, TrackSource.Camera) is { } active) _wanted[count++] = new WantedPicture(active.Id, active.Source, AnyHeight, 0);
        foreach (var publication in _room.Publications)
        {
            if (count == MostWanted) break;
            if (!publication.IsVideo || !MaySee(receiver, publication) || IsOwn(receiver, publication)) continue;
            var seen = false;
            foreach (var slot in receiver.Slots) seen |= slot.Content == publication;
            if (!seen && !publication.Arrives) continue;
            _wanted[count++] = new WantedPicture(publication.Id, publication.Source, AnyHeight, !CanShow(receiver, publication) ? 4 : !publication.Arrives ? 3 : seen ? 1 : 2);
        }
        return count;
    }

    // V6: the active speaker, else whoever was shown as such before, else the first that sends.
    private Publication? FindActive(MediaSession receiver, TrackSource source)
    {
        var active = receiver.Speakers.Ranking.Active;
        if (active is not null && active.ParticipantId != receiver.ParticipantId && _room.Find(active.ParticipantId, source) is { Arrives: true } speaking && SharesGroup(receiver, speaking) && CanShow(receiver, speaking))
        {
            if (source == TrackSource.Camera) receiver.LastActive = speaking;
            return speaking;
        }
        if (source == TrackSource.Camera && receiver.LastActive is { Arrives: true, Forwards: true } last && _room.Find(last.Id) == last && SharesGroup(receiver, last) && CanShow(receiver, last)) return last;
        foreach (var publication in _room.Publications)
        {
            if (publication.Source == source && publication.Arrives && MaySee(receiver, publication) && !IsOwn(receiver, publication) && CanShow(receiver, publication)) return publication;
        }
        return null;
    }

    private void ApplyVideo(MediaSession receiver)
    {
        var at = 0;
        foreach (var slot in receiver.Slots)
        {
            if (!slot.IsVideo) continue;
            ref readonly var decided = ref _video[at++];
            slot.IsNew |= slot.MaxHeight != decided.MaxHeight || slot.Pinned != decided.Pinned;
            (slot.MaxHeight, slot.Priority, slot.Pinned) = (decided.MaxHeight, decided.Priority, decided.Pinned);
            var content = _room.Find(decided.PublicationId);
            // The codec is looked at again as well: a publisher may change it in the middle.
            if (content != slot.Content || slot.Subscription.Codec != slot.CodecFor(content)) slot.Fill(content);
        }
    }

    // V8: who never sends a demand has no channel either, so nobody could tell it why a picture stays black.
    private static bool CanShow(MediaSession receiver, Publication publication)
    {
        if (receiver.Demands is not null || publication.Codec is null) return true;
        foreach (var slot in receiver.Slots)
        {
            if (slot.IsVideo && slot.CodecFor(publication) is not null) return true;
        }
        return false;
    }

    private static bool MayHear(MediaSession receiver, Publication publication) => MaySee(receiver, publication) && !IsOwn(receiver, publication);

    private static bool MaySee(MediaSession receiver, Publication publication) => publication.Forwards && SharesGroup(receiver, publication);

    // Breakout rooms: one media room, in which groups neither hear nor see each other.
    private static bool SharesGroup(MediaSession receiver, Publication publication) => receiver.Policy.Group == publication.Owner.Group;

    private static bool IsOwn(MediaSession receiver, Publication publication) => publication.Owner.ParticipantId == receiver.ParticipantId;

    private static bool HasSlot(MediaSession receiver, TrackSource kind)
    {
        foreach (var slot in receiver.Slots)
        {
            if (slot.Kind == kind) return true;
        }
        return false;
    }
}
