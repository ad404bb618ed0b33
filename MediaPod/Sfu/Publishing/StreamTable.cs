using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>Where a packet of one SSRC belongs.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="IsRetransmission">The SSRC carries the stream's retransmissions.</param>
internal readonly record struct StreamPlace(PublicationStream Stream, bool IsRetransmission);

/// <summary>
/// Finds the stream of a packet (RFC 8843 section 9.2): a known SSRC, else MID, RID and repaired RID in the header, else an SSRC that the offer announces,
/// else a payload type that only one m-line has. What it finds is kept by SSRC, at most <see cref="Capacity"/> of them.
/// </summary>
internal sealed class StreamTable
{
    /// <summary>SSRCs that one session may send from.</summary>
    public const int Capacity = 64;

    private readonly Dictionary<uint, StreamPlace> _known = new(Capacity);
    private readonly Dictionary<StreamIdentifier, Publication> _byMid = [];
    private readonly Dictionary<(Publication, StreamIdentifier), PublicationStream> _byRid = [];
    private readonly List<Publication> _publications = [];
    private byte _midId, _ridId, _repairedRidId;

    /// <summary>Announced publications in the order of their m-lines.</summary>
    public List<Publication> Publications => _publications;

    public void Add(Publication publication)
    {
        _publications.Add(publication);
        var media = publication.Media;
        if (StreamIdentifier.TryParse(media.Mid, out var mid)) _byMid[mid] = publication;
        foreach (var stream in publication.Streams)
        {
            if (stream.Rid is not null && StreamIdentifier.TryParse(stream.Rid, out var rid)) _byRid[(publication, rid)] = stream;
        }
        // Within one BUNDLE group an extension has one id (RFC 8843 section 9.2), so the first m-line that has one speaks for all.
        if (_midId == 0) _midId = media.Extensions.Mid;
        if (_ridId == 0) _ridId = media.Extensions.Rid;
        if (_repairedRidId == 0) _repairedRidId = media.Extensions.RepairedRid;
    }

    public void Remove(Publication publication)
    {
        _publications.Remove(publication);
        foreach (var (key, value) in _byMid)
        {
            if (value == publication) _byMid.Remove(key);
        }
        foreach (var key in _byRid.Keys)
        {
            if (key.Item1 == publication) _byRid.Remove(key);
        }
        foreach (var (ssrc, place) in _known)
        {
            if (place.Stream.Publication == publication) _known.Remove(ssrc);
        }
    }

    /// <summary>The stream that an SSRC was found to belong to.</summary>
    public bool TryGet(uint ssrc, out StreamPlace place) => _known.TryGetValue(ssrc, out place);

    /// <summary>Finds the stream of a packet whose SSRC is not known, and keeps what it finds.</summary>
    /// <param name="packet">In the clear.</param>
    /// <param name="header">Its header.</param>
    /// <param name="place">Where it belongs.</param>
    /// <param name="replaced">The SSRC that carried the stream before and is forgotten now; 0: none.</param>
    public bool TryLearn(ReadOnlySpan<byte> packet, in RtpHeader header, out StreamPlace place, out uint replaced)
    {
        (place, replaced) = (default, 0);
        var found = TryReadMid(packet, header, out var publication)
            ? publication is not null && TryFindByExtensions(publication, packet, header, out place)
            : TryFindAnnounced(header.Ssrc, out place) || TryFindByPayloadType(header.PayloadType, out place);
        if (!found) return false;
        replaced = place.IsRetransmission ? place.Stream.RtxSsrc : place.Stream.Ssrc;
        if (replaced != 0) _known.Remove(replaced);
        if (_known.Count == Capacity) return false;
        _known.Add(header.Ssrc, place);
        if (place.IsRetransmission) place.Stream.RtxSsrc = header.Ssrc;
        else place.Stream.Latch(header.Ssrc);
        return true;
    }

    // False: it says no MID. A MID that names no m-line of ours is not guessed around (RFC 8843 section 9.2).
    private bool TryReadMid(ReadOnlySpan<byte> packet, in RtpHeader header, out Publication? publication)
    {
        publication = null;
        if (_midId == 0 || !header.HasExtension || !new HeaderExtensionReader(packet, header).TryFind(_midId, out var value)) return false;
        if (StreamIdentifier.TryRead(value, out var mid)) publication = _byMid.GetValueOrDefault(mid);
        return true;
    }

    private bool TryFindByExtensions(Publication publication, ReadOnlySpan<byte> packet, in RtpHeader header, out StreamPlace place)
    {
        place = default;
        var elements = new HeaderExtensionReader(packet, header);
        if (elements.TryFind(_ridId, out var value) && StreamIdentifier.TryRead(value, out var rid) && _byRid.TryGetValue((publication, rid), out var stream))
        {
            place = new StreamPlace(stream, false);
            return true;
        }
        if (elements.TryFind(_repairedRidId, out value) && StreamIdentifier.TryRead(value, out rid) && _byRid.TryGetValue((publication, rid), out stream))
        {
            place = new StreamPlace(stream, true);
            return true;
        }
        // Without a rid only the sole stream of an m-line can be meant.
        return publication.Streams.Length == 1 && TryPlaceSole(publication, header.PayloadType, out place);
    }

    private bool TryFindAnnounced(uint ssrc, out StreamPlace place)
    {
        foreach (var publication in _publications)
        {
            var announced = publication.Media.Ssrcs;
            for (var i = 0; i < announced.Length && i < publication.Streams.Length; i++)
            {
                if (announced[i].Ssrc != ssrc && announced[i].RtxSsrc != ssrc) continue;
                place = new StreamPlace(publication.Streams[i], announced[i].RtxSsrc == ssrc);
                return ssrc != 0;
            }
        }
        place = default;
        return false;
    }

    private bool TryFindByPayloadType(byte payloadType, out StreamPlace place)
    {
        place = default;
        Publication? only = null;
        foreach (var publication in _publications)
        {
            if (publication.PayloadTypes.Find(payloadType, out _) == PayloadRole.Unknown) continue;
            if (only is not null) return false;
            only = publication;
        }
        // A stream whose SSRC the offer announced, or that already has one, is not given to a stranger by payload type alone.
        if (only is null || only.Streams.Length != 1 || only.Media.Ssrcs.Length > 0 || !TryPlaceSole(only, payloadType, out place)) return false;
        return place.IsRetransmission ? place.Stream.RtxSsrc == 0 : place.Stream.Ssrc == 0;
    }

    private static bool TryPlaceSole(Publication publication, byte payloadType, out StreamPlace place)
    {
        var role = publication.PayloadTypes.Find(payloadType, out _);
        place = new StreamPlace(publication.Streams[0], role == PayloadRole.Retransmission);
        return role != PayloadRole.Unknown;
    }
}
