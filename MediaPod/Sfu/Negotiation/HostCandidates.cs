using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.MediaPod.Sfu.Negotiation;

/// <summary>Our addresses as ICE candidates.</summary>
public static class HostCandidates
{
    private const int MaxLocalPreference = 65535;

    /// <summary>Host candidates, the first with the highest priority (RFC 8445 section 5.1.2: type preference 126, component 1).</summary>
    public static SdpList<IceCandidate> Of(ImmutableArray<IPEndPoint> endpoints) => [.. endpoints.Select((endpoint, index) => new IceCandidate(
        Foundation: (index + 1).ToString(), Component: 1, IsTcp: false, Priority: (126u << 24) | ((uint)(MaxLocalPreference - index) << 8) | 255u,
        endpoint.Address.ToString(), (ushort)endpoint.Port, CandidateType.Host))];
}
