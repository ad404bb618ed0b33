using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;
using WireKind = Conference.MediaPod.Wire.Sdp.MediaKind;

namespace Conference.MediaPod.Sfu.Negotiation;

/// <summary>
/// Which header extensions of the sections of one offer are agreed, under the ids of the offer. In a bundle an id means one extension (RFC 9143 section 9.2), and
/// aiortc breaks this: it reads the sound's levels as the picture's send times and fails. So the first section that uses an id says what it means.
/// </summary>
internal sealed class ExtensionChoice
{
    private const int MaxId = 255;

    private readonly Dictionary<int, string> _meanings = [];

    /// <summary>The agreed ids of the next section.</summary>
    /// <param name="section">The offered section.</param>
    /// <param name="onlyReceives">The client only receives on it, so an extension that it only sends is of no use.</param>
    public ExtensionIds Of(MediaSection section, bool onlyReceives)
    {
        var audio = section.Kind == WireKind.Audio;
        byte Id(string uri) => section.HeaderExtension(uri) is { Id: <= MaxId } map && !(onlyReceives && map.Direction == MediaDirection.SendOnly) && Means(map) ? (byte)map.Id : (byte)0;
        byte Video(string uri) => audio ? (byte)0 : Id(uri);
        return new ExtensionIds
        {
            Mid = Id(HeaderExtensionUri.Mid),
            TransportCc = Id(HeaderExtensionUri.TransportSequence),
            AbsSendTime = Id(HeaderExtensionUri.AbsoluteSendTime),
            AudioLevel = audio ? Id(HeaderExtensionUri.AudioLevel) : (byte)0,
            Rid = Video(HeaderExtensionUri.RtpStreamId),
            RepairedRid = Video(HeaderExtensionUri.RepairedRtpStreamId),
            VideoOrientation = Video(HeaderExtensionUri.VideoOrientation),
            PlayoutDelay = Video(HeaderExtensionUri.PlayoutDelay),
            VideoContentType = Video(HeaderExtensionUri.VideoContentType),
            DependencyDescriptor = Video(HeaderExtensionUri.DependencyDescriptor),
        };
    }

    private bool Means(HeaderExtensionMap map) => _meanings.TryAdd(map.Id, map.Uri) || _meanings[map.Id] == map.Uri;

    /// <summary>The agreed extensions as the answer lists them (RFC 8285 section 7).</summary>
    public static SdpList<HeaderExtensionMap> Describe(MediaSection offered, ExtensionIds agreed)
    {
        byte[] ids =
        [
            agreed.Mid, agreed.TransportCc, agreed.AbsSendTime, agreed.AudioLevel, agreed.Rid, agreed.RepairedRid, agreed.VideoOrientation, agreed.PlayoutDelay,
            agreed.VideoContentType, agreed.DependencyDescriptor,
        ];
        return [.. offered.HeaderExtensions.Where(map => map.Id <= MaxId && ids.Contains((byte)map.Id)).Select(map => map with { Direction = map.Direction?.Reversed() })];
    }
}
