using System.Diagnostics;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.Sfu.Tests.Transports;

/// <summary>Two of our ends with a network between them that loses, doubles and reorders as a seeded generator says.</summary>
internal sealed class DtlsPair : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DtlsCertificate _serverCertificate = DtlsCertificate.Generate(TimeProvider.System);
    private readonly DtlsCertificate _clientCertificate = DtlsCertificate.Generate(TimeProvider.System);
    private readonly DtlsContext _serverContext;
    private readonly DtlsContext _clientContext;
    private readonly Random? _trouble;
    private readonly List<(DtlsSession To, byte[] Datagram)> _flying = [];

    public DtlsPair(int? troubleSeed = null, string clientProfiles = DtlsContext.DefaultSrtpProfiles, DtlsSessionOptions? options = null,
        CertificateFingerprint? promisedByClient = null, CertificateFingerprint? promisedByServer = null)
    {
        // OpenSSL takes what is due within 15 ms as due, so 20 ms is about the shortest useful time.
        options ??= new DtlsSessionOptions { FirstRetransmission = TimeSpan.FromMilliseconds(20) };
        _trouble = troubleSeed is { } seed ? new Random(seed) : null;
        _serverContext = new DtlsContext(_serverCertificate);
        _clientContext = new DtlsContext(_clientCertificate, clientProfiles);
        Server = new DtlsSession(_serverContext, DtlsRole.Server, [promisedByClient ?? _clientCertificate.Fingerprint], options);
        Client = new DtlsSession(_clientContext, DtlsRole.Client, [promisedByServer ?? _serverCertificate.Fingerprint], options);
    }

    public DtlsSession Server { get; }

    public DtlsSession Client { get; }

    public List<int> ClientSizes { get; } = [];

    /// <summary>Chance that a datagram is lost, in percent.</summary>
    public int LossPercent { get; set; } = 20;

    /// <summary>Called for every datagram that arrives, before it is given to its end.</summary>
    public Action<DtlsSession, byte[]>? OnArrival { get; set; }

    public void Run(Func<bool> done)
    {
        Client.Start();
        var watch = Stopwatch.StartNew();
        using var pause = new ManualResetEventSlim();
        while (!done())
        {
            Assert.True(watch.Elapsed < Patience, $"server {Server.State} {Server.Failure} {Server.Detail}, client {Client.State} {Client.Failure} {Client.Detail}");
            Collect(Client, Server);
            Collect(Server, Client);
            if (_flying.Count > 0)
            {
                DeliverOne();
                continue;
            }
            pause.Wait(1);
            Client.HandleTimeout();
            Server.HandleTimeout();
        }
    }

    public void RunUntilBothEstablished() =>
        Run(() => Client.State == DtlsSessionState.Established && Server.State == DtlsSessionState.Established && _flying.Count == 0);

    public void RunUntilOneEnds() => Run(() => Client.State > DtlsSessionState.Established || Server.State > DtlsSessionState.Established);

    public void Dispose()
    {
        Server.Dispose();
        Client.Dispose();
        _serverContext.Dispose();
        _clientContext.Dispose();
    }

    private void Collect(DtlsSession from, DtlsSession to)
    {
        foreach (var datagram in from.TakeDatagrams())
        {
            if (from == Client) ClientSizes.Add(datagram.Length);
            if (_trouble is not null && _trouble.Next(100) < LossPercent) continue;
            _flying.Add((to, datagram));
            if (_trouble is not null && _trouble.Next(100) < 15) _flying.Add((to, datagram));
        }
    }

    private void DeliverOne()
    {
        var next = _trouble is not null && _trouble.Next(100) < 30 ? _trouble.Next(_flying.Count) : 0;
        var (to, datagram) = _flying[next];
        _flying.RemoveAt(next);
        OnArrival?.Invoke(to, datagram);
        to.Receive(datagram);
    }
}
