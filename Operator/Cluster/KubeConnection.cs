using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conference.Operator.Cluster;

/// <summary>Connections that one configuration was good for. Shared by requests; the last one to leave after <see cref="Retire"/> closes them.</summary>
internal sealed class KubeConnection
{
    private readonly HttpMessageInvoker _invoker;
    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _authorities = [];
    private readonly Lock _gate = new();
    private int _users;
    private bool _retired;

    public KubeConnection(ClusterConfig config)
    {
        Config = config;
        try
        {
            if (config.AuthorityPem is { } authorities) _authorities.ImportFromPem(authorities);
            if (config is { ClientCertificatePem: { } certificate, ClientKeyPem: { } key }) _certificate = X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ClusterConfigException(ClusterConfigFault.CertificateInvalid, $"a certificate or key for {config.Server} is broken: {e.Message}", e);
        }
        _invoker = new HttpMessageInvoker(Handler(config));
    }

    public ClusterConfig Config { get; }

    /// <summary>False when it is retired already: take the current one.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_retired) return false;
            _users++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate) if (--_users > 0 || !_retired) return;
        Close();
    }

    public void Retire()
    {
        lock (_gate)
        {
            if (_retired) return;
            _retired = true;
            if (_users > 0) return;
        }
        Close();
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.RequestUri = new Uri(new Uri(Config.Server.AbsoluteUri.TrimEnd('/') + "/"), request.RequestUri!.OriginalString);
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        if (Config.Token is { Length: > 0 } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return _invoker.SendAsync(request, cancellation);
    }

    private void Close()
    {
        _invoker.Dispose();
        _certificate?.Dispose();
        foreach (var authority in _authorities) authority.Dispose();
    }

    private SocketsHttpHandler Handler(ClusterConfig config)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = config.TlsServerName ?? config.Server.Host };
        if (config.SkipTlsVerify) tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        else if (_authorities.Count > 0) tls.CertificateChainPolicy = Trust();
        if (_certificate is not null) tls.ClientCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true);
        return new SocketsHttpHandler
        {
            SslOptions = tls,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            EnableMultipleHttp2Connections = true,
            // A server that vanished without a word is noticed within these, also by watches that wait.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        };
    }

    private X509ChainPolicy Trust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }
}
