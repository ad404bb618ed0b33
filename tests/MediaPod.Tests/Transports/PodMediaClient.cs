using System.Net;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Tests.Support;
using Conference.MediaPod.Wire.Sdp;
using Conference.Sfu.Tests.Sessions;

namespace Conference.MediaPod.Tests.Transports;

/// <summary>A client with a session of its own: offers over HTTP, then checks, handshake and packets over UDP.</summary>
internal sealed class PodMediaClient : IDisposable
{
    private PodMediaClient(OpenSession session, MediaClient media) => (Session, Media) = (session, media);

    public OpenSession Session { get; }
    public MediaClient Media { get; }

    /// <summary>Opens a session, and connects it unless told not to.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="participant">Whose.</param>
    /// <param name="offer">Makes the offer from the client's fingerprint.</param>
    /// <param name="connect">False: no packet is sent.</param>
    /// <param name="wire">What it travels by; null: UDP.</param>
    public static async Task<PodMediaClient> OpenAsync(PodRig pod, string participant, Func<CertificateFingerprint, string> offer, bool connect = true, ClientWire? wire = null)
    {
        var media = new MediaClient(wire);
        var session = await pod.OpenAsync(participant, offer(media.Fingerprint));
        Assert.True(SessionDescription.TryParse(session.Answer, out var answer, out var error), $"{error}");
        var section = answer.Media[0];
        var print = section.Fingerprints[0];
        var agreed = new NegotiatedSession(section.Ice!.UsernameFragment, section.Ice.Password, Offers.Ufrag, DtlsRole.Server, [new(print.Algorithm, [.. print.ToBytes()])], [], "");
        media.Open(new IPEndPoint(IPAddress.Loopback, section.Port), agreed, agreed.RemoteFingerprints[0]);
        if (connect) await media.ConnectAsync();
        return new PodMediaClient(session, media);
    }

    public void Dispose() => Media.Dispose();
}
