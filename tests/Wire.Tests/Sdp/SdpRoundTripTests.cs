using System.Net;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.Wire.Tests.Sdp;

/// <summary>Parsing what was written of any description gives an equal description.</summary>
public sealed class SdpRoundTripTests
{
    [Fact]
    public void Any_description_goes_there_and_back() => Property.ForAll((int seed) =>
    {
        var description = new Maker(seed).Description();
        var parsed = SessionDescription.TryParse(description.ToString(), out var again, out var error);
        Assert.True(parsed, $"{error} of {description}");
        return description == again && description.GetHashCode() == again!.GetHashCode();
    });

    [Fact]
    public void Any_fragment_goes_there_and_back() => Property.ForAll((int seed) =>
    {
        var fragment = new Maker(seed).Fragment();
        return SdpFragment.TryParse(fragment.ToString(), out var again, out _) && fragment == again;
    });

    [Fact]
    public void Any_text_is_parsed_or_refused_and_never_throws() => Property.ForAll((string text) =>
    {
        SessionDescription.TryParse(text ?? "", out _, out _);
        SessionDescription.TryParse("v=0\no=- 1 1 IN IP4 0\ns=-\n" + text, out _, out _);
        SdpFragment.TryParse(text ?? "", out _, out _);
        IceCandidate.TryParse(text, out _);
        return true;
    });

    /// <summary>Makes descriptions by seed.</summary>
    private sealed class Maker(int seed)
    {
        private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
        private readonly Random _random = new(seed);

        public SessionDescription Description() => new()
        {
            Origin = new SdpOrigin(Text(), _random.NextInt64().ToString(), _random.Next().ToString(), Flag() ? "IP4" : "IP6", Text()),
            SessionName = Flag() ? "" : Text() + " " + Text(),
            Groups = List(2, () => new SdpGroup(Text(), List(4, Text))),
            IceLite = Flag(),
            ExtmapAllowMixed = Flag(),
            OtherAttributes = List(3, Other),
            Media = [.. Enumerable.Range(0, _random.Next(5)).Select(i => Flag() || Flag() ? Rtp(i) : Data(i))],
        };

        public SdpFragment Fragment() => new()
        {
            Session = new SdpFragmentSection(Mid: null) { Ice = Maybe(Ice), Candidates = List(2, Candidate), EndOfCandidates = Flag() },
            Sections = List(3, () => new SdpFragmentSection(Flag() ? Text() : null)
            {
                Media = Text(),
                Ice = Maybe(Ice),
                Candidates = List(2, Candidate),
                EndOfCandidates = Flag(),
            }),
        };

        private MediaSection Data(int mid) => Common(new MediaSection
        {
            Media = "application",
            Protocol = "UDP/DTLS/SCTP",
            Formats = ["webrtc-datachannel"],
            SctpPort = Flag() ? null : (ushort)_random.Next(65536),
            MaxMessageSize = Flag() ? null : (ulong)_random.NextInt64(),
        }, mid);

        private MediaSection Rtp(int mid) => Common(new MediaSection
        {
            Media = Flag() ? "audio" : Flag() ? "video" : Text(),
            Codecs = [.. Enumerable.Range(96, 1 + _random.Next(6)).Select(Codec)],
            Direction = (MediaDirection)_random.Next(4),
            RtcpMux = Flag(),
            RtcpMuxOnly = Flag(),
            RtcpReducedSize = Flag(),
            HeaderExtensions = List(4, () => new HeaderExtensionMap(1 + _random.Next(255), "urn:" + Text())
            {
                Direction = Flag() ? null : (MediaDirection)_random.Next(4),
                Attributes = Maybe(Text),
            }),
            Rids = List(3, () => new Rid(Text(), Flag()) { Restrictions = List(2, Parameter) }),
            Simulcast = Maybe(() => new Simulcast(Streams(1), Streams(0))),
            Ssrcs = [.. Enumerable.Range(_random.Next(1000), _random.Next(3)).Select(i => new SsrcDescription((uint)i, List(2, Other)))],
            SsrcGroups = List(2, () => new SsrcGroup(Text(), List(3, () => (uint)_random.NextInt64(1L << 32)))),
            Msids = List(2, () => new Msid(Text(), Maybe(Text))),
            Content = List(2, Text),
        }, mid);

        private MediaSection Common(MediaSection section, int mid) => section with
        {
            Port = (ushort)_random.Next(65536),
            Mid = Flag() ? null : $"m{mid}",
            Connection = new SdpConnection(Flag() ? "IP4" : "IP6", Text()),
            Bandwidths = List(2, () => new SdpBandwidth(Text(), (ulong)_random.NextInt64())),
            Setup = Flag() ? null : (SetupRole)_random.Next(4),
            Ice = Maybe(Ice),
            IceOptions = List(2, Text),
            Candidates = List(3, Candidate),
            EndOfCandidates = Flag(),
            BundleOnly = Flag(),
            ExtmapAllowMixed = Flag(),
            Fingerprints = List(2, () => Fingerprint.Create(Flag() ? "sha-256" : "new-hash", Bytes(32))),
            OtherAttributes = List(3, Other),
        };

        private SdpCodec Codec(int payloadType)
        {
            var named = Flag() || Flag();
            var codec = named ? new SdpCodec((byte)payloadType, Text(), 1 + (uint)_random.Next(1_000_000), 1 + (uint)_random.Next(255)) : new SdpCodec((byte)payloadType, "", 0);
            // Equal feedback twice would be one.
            return codec with { Parameters = List(3, Parameter), Feedback = List(4, () => new RtcpFeedback(Text(), Maybe(Text))).Distinct().ToSdpList() };
        }

        private IceCandidate Candidate() => new(Text(), 1 + (uint)_random.Next(256), Flag(), (uint)_random.NextInt64(1L << 32),
            Flag() ? new IPAddress(Bytes(Flag() ? 4 : 16)).ToString() : Text() + ".local", (ushort)_random.Next(65536), (CandidateType)_random.Next(4))
        {
            RelatedAddress = Flag() ? null : new IPAddress(Bytes(16)).ToString(),
            RelatedPort = Flag() ? null : (ushort)_random.Next(65536),
            TcpType = Flag() ? null : (TcpCandidateType)_random.Next(3),
            Extensions = List(2, () => new SdpParameter("x-" + Text(), Text())),
        };

        private SdpList<SdpList<SimulcastAlternative>> Streams(int minimum) =>
            [.. Enumerable.Range(0, minimum + _random.Next(3)).Select(_ => (SdpList<SimulcastAlternative>)[new(Text(), Flag()), .. List(2, () => new SimulcastAlternative(Text(), Flag()))])];

        private IceParameters Ice() => new("ufrag" + Text(), "0123456789012345678901" + Text());

        private SdpParameter Parameter() => new(Text(), Flag() ? null : Flag() ? "" : Text() + "=" + Text());

        private SdpAttribute Other() => new("x-" + Text(), Flag() ? null : Flag() ? "" : Text() + ": " + Text());

        private bool Flag() => _random.Next(2) == 0;

        private T? Maybe<T>(Func<T> make) where T : class => Flag() ? null : make();

        private byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            _random.NextBytes(bytes);
            return bytes;
        }

        private string Text() => string.Concat(Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => Letters[_random.Next(Letters.Length)]));

        private SdpList<T> List<T>(int most, Func<T> make) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => make())];
    }
}
