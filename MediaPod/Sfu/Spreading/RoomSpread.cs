using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>
/// One worker's part of a room that lives on several (docs/workers.md): tells the other parts what is published here, and keeps the images of what is published there. An image
/// is a publication like any other, fed from a <see cref="Crossing"/> instead of a socket. Does nothing while the room lives on one worker.
/// </summary>
internal sealed class RoomSpread(MediaRoom room, WorkerContext context)
{
    /// <summary>The order of speakers is told again after so many intervals, whether or not it changed: a part may have begun to know a voice since.</summary>
    private const int OrderAgain = 10;

    private readonly Dictionary<int, Publication> _images = [];
    private ImmutableArray<int> _others = [];
    private int _intervals;

    private WorkerCrossings Crossings => context.Crossings;

    /// <summary>The room has other parts.</summary>
    public bool IsSpread => _others.Length > 0;

    /// <summary>Another part decides who speaks.</summary>
    public bool Follows { get; private set; }

    /// <summary>The room lives on these workers from now on, its home first; on this one alone, or no longer on it, when there are none.</summary>
    public void Become(ImmutableArray<int> parts)
    {
        var before = _others;
        _others = parts.Contains(Crossings.Index) ? parts.Remove(Crossings.Index) : [];
        Follows = IsSpread && parts[0] != Crossings.Index;
        foreach (var image in _images.Values.Where(i => !_others.Contains(((DistantPublisher)i.Owner).Worker)).ToArray()) Remove(image);
        foreach (var other in _others) Crossings.Expect(other, context.Pool);
        foreach (var publication in room.Publications)
        {
            if (publication.Owner.Transport is null) continue;
            Connect(publication);
            foreach (var other in _others.Except(before)) Tell(publication, other);
        }
    }

    /// <summary>A publication of this worker began, or something of it changed that the others know.</summary>
    public void Tell(Publication publication)
    {
        if (!IsSpread || !publication.Announced || publication.Owner.Transport is null) return;
        Connect(publication);
        foreach (var other in _others) Tell(publication, other);
    }

    /// <summary>A publication of this worker ended.</summary>
    public void Ended(Publication publication)
    {
        if (publication.Crossings.Length == 0) return;
        foreach (var other in _others) TellEnd(publication.Id, other);
        publication.Crossings = [];
        Crossings.Publications.Remove(publication.Id);
    }

    /// <summary>Tells the other parts which encodings are off. Told again and again, because a message may be lost.</summary>
    public void TellLayers(Publication publication)
    {
        foreach (var crossing in publication.Crossings)
        {
            foreach (var stream in publication.Streams) TellLayer(crossing, stream);
        }
    }

    /// <summary>Tells the other parts that an encoding is on again.</summary>
    public void TellLayer(PublicationStream stream)
    {
        foreach (var crossing in stream.Publication.Crossings) TellLayer(crossing, stream);
    }

    /// <summary>What another part says of its publication.</summary>
    public void Take(PublicationImage image, long now)
    {
        if (!_others.Contains(image.Worker)) return; // said before this part was left
        if (!_images.TryGetValue(image.Id, out var publication))
        {
            publication = new Publication(image.Id, new DistantPublisher(image, room, context), image.Media, context.Pool, context.Limits);
            _images.Add(image.Id, publication);
            Crossings.Publications.Add(image.Id, publication);
        }
        var hinted = publication.Hint != image.Hint;
        publication.Update(image);
        ((DistantPublisher)publication.Owner).Group = image.Group;
        for (var i = 0; i < publication.Streams.Length; i++)
        {
            if (image.Off[i]) publication.Streams[i].SwitchOff();
            else publication.Streams[i].SwitchOn(now);
        }
        if (publication.Announced) room.PublicationChanged(publication);
        else room.PublicationBegan(publication);
        if (hinted) room.Allocate(publication, now);
    }

    /// <summary>The home decided who speaks.</summary>
    public void Take(SpeakerOrder order)
    {
        if (Follows) room.Follow(order);
    }

    /// <summary>Once an interval: who speaks is to be told again.</summary>
    public bool IsTimeToRepeat()
    {
        if (!IsSpread || ++_intervals < OrderAgain) return false;
        _intervals = 0;
        return true;
    }

    /// <summary>Tells the other parts who speaks in a group, after it was decided here.</summary>
    public void TellOrder(SpeakerGroup group)
    {
        if (IsSpread) PostOrder(group);
    }

    // By itself, because a closure is allocated where its method begins, used or not.
    private void PostOrder(SpeakerGroup group)
    {
        var voices = ImmutableArray.CreateBuilder<Speakers.VoiceState>(group.Ranking.Ranked.Length);
        foreach (var voice in group.Ranking.Ranked) voices.Add(voice.State);
        var order = new SpeakerOrder(group.Name, voices.MoveToImmutable(), group.Ranking.Active?.PublicationId, group.Told);
        var roomId = room.Id;
        foreach (var other in _others) Crossings.Post(other, w => w.Sessions.FindRoom(roomId)?.Spread.Take(order));
    }

    private void Connect(Publication publication)
    {
        publication.Crossings = [.. _others.Select(Crossings.To)];
        if (IsSpread) Crossings.Publications[publication.Id] = publication;
        else Crossings.Publications.Remove(publication.Id);
    }

    private void Tell(Publication publication, int other)
    {
        var (image, roomId) = (PublicationImage.Of(publication, Crossings.Index), room.Id);
        Crossings.Post(other, w => w.Sessions.FindRoom(roomId)?.Spread.Take(image, w.Now()));
    }

    private void TellEnd(int id, int other)
    {
        var roomId = room.Id;
        Crossings.Post(other, w => w.Sessions.FindRoom(roomId)?.Spread.Remove(id));
    }

    private void TellLayer(Crossing crossing, PublicationStream stream) => Crossings.Send(crossing, new CrossingEntry
    {
        Publication = stream.Publication.Id,
        Stream = (byte)stream.Index,
        Kind = stream.IsOff ? CrossingKind.LayerOff : CrossingKind.LayerOn,
    }, context.Tally);

    private void Remove(int id)
    {
        if (_images.TryGetValue(id, out var image)) Remove(image);
    }

    private void Remove(Publication image)
    {
        _images.Remove(image.Id);
        Crossings.Publications.Remove(image.Id);
        room.PublicationEnded(image);
        context.FanOut.Remove(image);
        image.Dispose();
    }
}
