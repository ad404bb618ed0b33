using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.MediaPod.Sfu.Negotiation;

/// <summary>Our addresses as ICE candidates.</summary>
public static class HostCandidates
{
    private const uint UdpTypePreference = 126;
    private const uint MaxLocalPreference = 65535;

    // RFC 6544 section 4.2: below every UDP candidate; a passive one's direction preference is 4 of 7.
    private const uint TcpTypePreference = 90;
    private const uint PassivePreference = 4u << 13;
    private const uint MaxOtherPreference = 8191;

    /// <summary>Host candidates, the first with the highest priority (RFC 8445 section 5.1.2, component 1); those of TCP (RFC 6544, passive) after all of UDP.</summary>
    public static SdpList<IceCandidate> Of(ImmutableArray<IPEndPoint> endpoints, ImmutableArray<IPEndPoint> tcpEndpoints) =>
    [
        .. endpoints.Select((endpoint, index) => Candidate(endpoint, index + 1, isTcp: false, UdpTypePreference, MaxLocalPreference - (uint)index)),
        .. tcpEndpoints.Select((endpoint, index) => Candidate(endpoint, endpoints.Length + index + 1, isTcp: true, TcpTypePreference, PassivePreference + MaxOtherPreference - (uint)index)
            with { TcpType = TcpCandidateType.Passive }),
    ];

    private static IceCandidate Candidate(IPEndPoint endpoint, int foundation, bool isTcp, uint typePreference, uint localPreference) => new(
        foundation.ToString(), Component: 1, isTcp, (typePreference << 24) | (localPreference << 8) | 255u, endpoint.Address.ToString(), (ushort)endpoint.Port, CandidateType.Host);
}
