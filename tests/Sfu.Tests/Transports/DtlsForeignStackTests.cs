using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.Support;

namespace Conference.Sfu.Tests.Transports;

/// <summary>Handshakes with the `openssl` program over a real socket; both sides must export the same keys.</summary>
public sealed partial class DtlsForeignStackTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("dtls-test").FullName;
    private readonly DtlsHandshaker _handshaker = new(DtlsCertificate.Generate(TimeProvider.System));
    private readonly CertificateFingerprint _foreign;

    public DtlsForeignStackTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=foreign", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText($"{_folder}/cert.pem", certificate.ExportCertificatePem());
        File.WriteAllText($"{_folder}/key.pem", key.ExportPkcs8PrivateKeyPem());
        _foreign = new CertificateFingerprint("sha-384", [.. SHA384.HashData(certificate.RawData)]);
    }

    public void Dispose()
    {
        _handshaker.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [OpenSslTheory]
    [InlineData("SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm, 1200)]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpProfile.Aes128CmHmacSha1Tag80, 1200)]
    [InlineData("SRTP_AEAD_AES_256_GCM", SrtpProfile.AeadAes256Gcm, 400)]
    public async Task A_foreign_client_is_served(string offered, SrtpProfile agreed, int mtu)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        using var client = new OpenSslProgram($"s_client -dtls1_2 -connect 127.0.0.1:{port} -mtu {mtu} {Common(offered, agreed)}");
        EndPoint? remote = null;
        var sink = new RecordingSink(d => socket.SendTo(d, remote!));
        _handshaker.TryOpen(DtlsRole.Server, [_foreign], sink, out var transport);
        using var stop = new CancellationTokenSource();
        var pump = Pump(socket, transport!, from => remote = from, stop.Token);
        var keys = await sink.Established.WaitAsync(Patience);
        Assert.Equal(agreed, keys.Profile);
        await Until(() => Exported().IsMatch(client.Output));
        AssertSameKeys(client.Output, keys, weAreClient: false);
        client.Quit();
        await sink.Ended.WaitAsync(Patience);
        Assert.Equal("closed", sink.Events[^1]);
        await stop.CancelAsync();
        await pump;
    }

    [OpenSslTheory]
    [InlineData("SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm)]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpProfile.Aes128CmHmacSha1Tag80)]
    public async Task A_foreign_server_is_met(string offered, SrtpProfile agreed)
    {
        var port = FreePorts.Media();
        using var server = new OpenSslProgram($"s_server -dtls1_2 -accept 127.0.0.1:{port} -Verify 1 {Common(offered, agreed)}");
        await Until(() => server.Output.Contains("ACCEPT", StringComparison.Ordinal));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var sink = new RecordingSink(d => socket.SendTo(d, new IPEndPoint(IPAddress.Loopback, port)));
        _handshaker.TryOpen(DtlsRole.Client, [_foreign], sink, out var transport);
        using var stop = new CancellationTokenSource();
        var pump = Pump(socket, transport!, _ => { }, stop.Token);
        transport!.Start();
        var keys = await sink.Established.WaitAsync(Patience);
        Assert.Equal(agreed, keys.Profile);
        await Until(() => Exported().IsMatch(server.Output));
        AssertSameKeys(server.Output, keys, weAreClient: true);
        transport.Close();
        await sink.Ended.WaitAsync(Patience);
        await stop.CancelAsync();
        await pump;
    }

    [OpenSslTheory]
    [InlineData("s_client -dtls1_2 -no_etm -connect 127.0.0.1:{0}", DtlsFailure.NoPeerCertificate)]
    [InlineData("s_client -dtls1_2 -connect 127.0.0.1:{0} -cert {1}/cert.pem -key {1}/key.pem", DtlsFailure.NoSrtpProfile)]
    [InlineData("s_client -dtls1_2 -connect 127.0.0.1:{0} -cipher AES128-SHA", DtlsFailure.Protocol)]
    public async Task A_foreign_client_that_does_not_fit_is_refused_by_name(string command, DtlsFailure expected)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new OpenSslProgram(string.Format(command, ((IPEndPoint)socket.LocalEndPoint!).Port, _folder));
        EndPoint? remote = null;
        var sink = new RecordingSink(d => socket.SendTo(d, remote!));
        _handshaker.TryOpen(DtlsRole.Server, [_foreign], sink, out var transport);
        using var stop = new CancellationTokenSource();
        var pump = Pump(socket, transport!, from => remote = from, stop.Token);
        await sink.Ended.WaitAsync(Patience);
        Assert.Equal(expected, sink.Failure);
        await stop.CancelAsync();
        await pump;
    }

    private string Common(string profiles, SrtpProfile agreed) =>
        $"-cert {_folder}/cert.pem -key {_folder}/key.pem -use_srtp {profiles} -keymatexport EXTRACTOR-dtls_srtp -keymatexportlen {2 * (agreed.KeyLength() + agreed.SaltLength())}";

    private static unsafe void AssertSameKeys(string output, SrtpKeys ours, bool weAreClient)
    {
        var block = Convert.FromHexString(Exported().Match(output).Groups[1].Value);
        var theirs = SrtpKeys.FromExporter(ours.Profile, block, !weAreClient);
        var packet = new byte[100];
        packet[0] = 0x80;
        foreach (var (from, to) in new[] { (ours.Send, theirs.Receive), (theirs.Send, ours.Receive) })
        {
            using var sender = new SrtpSender(from);
            using var receiver = new SrtpReceiver(to);
            fixed (byte* p = packet)
            {
                packet.AsSpan(1).Clear();
                Assert.Equal(SrtpResult.Ok, sender.Protect(p, 12, p + 12, 20, 0, out var length));
                Assert.Equal(SrtpResult.Ok, receiver.Unprotect(p, length, p, out _, out _));
            }
        }
    }

    private static async Task Pump(Socket socket, DtlsTransport transport, Action<EndPoint> from, CancellationToken stop)
    {
        var buffer = new byte[DtlsTransport.MaxDatagram];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop);
                from(received.RemoteEndPoint);
                transport.Receive(buffer.AsSpan(0, received.ReceivedBytes));
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++) await Task.Delay(20);
        Assert.True(condition());
    }

    [GeneratedRegex("Keying material: ([0-9A-F]+)")]
    private static partial Regex Exported();
}
