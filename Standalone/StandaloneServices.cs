using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conference.Contracts;
using Conference.Gateway;
using Conference.Gateway.Limits;
using Conference.Gateway.Tls;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Tickets;
using Conference.MediaPod.Host;
using Conference.MediaPod.Sfu.Sessions;
using Conference.Silo;
using Conference.Silo.Journal;
using Conference.Silo.Pods;
using Conference.Silo.SignIn;
using Conference.Silo.Signaling;

namespace Conference.Standalone;

/// <summary>Builds the three services from what the command line asked for.</summary>
internal sealed class StandaloneServices(StandaloneOptions options, DataFolder data) : IDisposable
{
    private const string Region = "local";

    private readonly SharedSecret _secret = SharedSecret.Random();
    private X509Certificate2? _certificate;
    private AdminToken? _admin;

    /// <summary>What opens the admin page.</summary>
    public AdminToken Admin => _admin ??= AdminToken.Open(data.AdminToken);

    /// <summary>Where the network reaches the Gateway: the page's port, then the one that redirects to it.</summary>
    public IReadOnlyList<IPEndPoint> PublicEndpoints =>
        [new IPEndPoint(BindAddress, options.Port), .. options.Tls?.RedirectPort is { } redirect ? [new IPEndPoint(BindAddress, redirect)] : Array.Empty<IPEndPoint>()];

    /// <summary>The silo; the journal is opened here.</summary>
    public WebApplication Silo()
    {
        try
        {
            return SiloApp.Build(new SiloOptions
            {
                Service = Service("silo") with { Listen = AnyLoopbackPort() },
                Journal = new SqliteJournalOptions { Path = data.Journal },
                TicketKeyFile = data.TicketKeys,
                Secret = _secret,
                OperatorSecret = Admin.Secret,
                OpenCreation = options.OpenCreation,
                PrivateWebhooks = options.PrivateWebhooks,
                TrustedProxies = GatewayOptions.Loopback,
                Turn = Turn(),
                SignIn = SignIn(),
                PublicUrl = options.PublicUrl,
                // Its pod goes and comes with it: nobody has to be waited for.
                Pods = new PodOptions { Region = Region, StartGrace = TimeSpan.FromSeconds(2) },
            });
        }
        catch (SiloStartException e)
        {
            throw new StartFailure(RefusalOf(e.Reason), e.Message, e);
        }
        catch (TicketKeyException e)
        {
            throw new StartFailure(StartRefusal.DataUnusable, e.Message, e);
        }
    }

    private SignInOptions? SignIn()
    {
        var (provider, problem) = SignInOptions.Read(name => options.SignIn.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable("CONFERENCE_" + name));
        return problem is null ? provider : throw new StartFailure(StartRefusal.SignInUnusable, problem);
    }

    private TurnServers? Turn() => options.TurnUrls.Count == 0 ? null : new TurnServers([.. options.TurnUrls], TurnSecret());

    private string TurnSecret()
    {
        try
        {
            var secret = options.TurnSecretFile is { } file ? File.ReadAllText(file).Trim() : Environment.GetEnvironmentVariable("CONFERENCE_TURN_SECRET");
            return string.IsNullOrEmpty(secret) ? throw new StartFailure(StartRefusal.TurnUnusable, "--turn needs the secret that the TURN servers share: --turn-secret-file or CONFERENCE_TURN_SECRET") : secret;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailure(StartRefusal.TurnUnusable, $"the TURN secret cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The media pod; its UDP ports are bound here.</summary>
    public WebApplication Pod(Uri silo)
    {
        try
        {
            return MediaPodApp.Build(new MediaPodOptions
            {
                Service = Service("mediapod") with { Listen = AnyLoopbackPort() },
                PodId = PodId.Parse("pod-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))),
                Region = Region,
                Silos = [silo],
                Secret = _secret,
                Media = new MediaServerOptions
                {
                    Workers = options.Workers,
                    FirstPort = options.MediaPort,
                    FirstTcpPort = options.MediaTcpPort,
                    BindAddress = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
                    AdvertisedAddresses = [.. options.PublicAddresses],
                },
            });
        }
        catch (MediaStartException e)
        {
            throw new StartFailure(StartRefusal.Media, e.Message, e);
        }
    }

    /// <summary>The Gateway, the only one that the network reaches.</summary>
    public WebApplication Gateway(Uri silo)
    {
        _certificate = Certificate();
        return GatewayApp.Build(new GatewayOptions
        {
            Service = Service("gateway"),
            Listen = [PublicEndpoints[0]],
            RedirectFrom = [.. PublicEndpoints.Skip(1)],
            Certificate = _certificate,
            StrictTransportSecurity = options.Tls?.CertificateFile is not null,
            Silos = [silo],
            Secret = _secret,
            Region = Region,
            TrustedProxies = options.TrustedProxies,
            AllowedOrigins = options.AllowedOrigins,
            Limits = new GatewayLimits { Unlimited = options.Unlimited },
        });
    }

    /// <summary>Waits until the silo knows the pod, so that the first person who joins is not told that there is none; at most 5 s, because it will come.</summary>
    public async Task WaitForPodAsync(Uri silo, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(TimeSpan.FromSeconds(5));
        using var http = new HttpClient { BaseAddress = silo };
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(_secret.AuthorizationHeader);
        try
        {
            while (await http.GetFromJsonAsync("/internal/pods", ContractsJson.Default.PodRoutes, bound.Token).ConfigureAwait(false) is not { Pods.IsEmpty: false })
                await Task.Delay(TimeSpan.FromMilliseconds(20), bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The pod keeps dialling, and says so in the log.
        }
    }

    /// <summary>Where people find the page: this machine first, then the addresses it was told or has.</summary>
    public IReadOnlyList<Uri> PublicUrls()
    {
        var scheme = options.Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        var hosts = IsAny(BindAddress) ? ["localhost", .. ReachableNames()] : (string[])[HostOf(BindAddress)];
        return [.. hosts.Distinct().Select(host => new UriBuilder(scheme, host, options.Port).Uri)];
    }

    public void Dispose() => _certificate?.Dispose();

    private static StartRefusal RefusalOf(JournalOpenRefusal reason) => reason switch
    {
        JournalOpenRefusal.JournalInUse => StartRefusal.DataFolderInUse,
        JournalOpenRefusal.NotWritable => StartRefusal.DataFolderUnwritable,
        _ => StartRefusal.DataUnusable,
    };

    private IPAddress BindAddress => options.Bind ?? (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any);

    private ServiceOptions Service(string name) => new()
    {
        Name = name,
        LogFormat = options.LogFormat,
        LogLevel = options.Verbose ? LogLevel.Debug : LogLevel.Information,
        OwnsProcess = false,
        ShutdownTimeout = TimeSpan.FromSeconds(2),
    };

    private static IPEndPoint AnyLoopbackPort() => new(IPAddress.Loopback, 0);

    private X509Certificate2? Certificate()
    {
        if (options.Tls is not { } tls) return null;
        try
        {
            return tls.CertificateFile is { } file
                ? CertificateFile.Read(file, tls.KeyFile, Environment.GetEnvironmentVariable("CONFERENCE_TLS_PASSWORD"))
                : SelfSignedCertificate.OpenOrCreate(data.Certificate, ["localhost", "127.0.0.1", "::1", .. MachineNames(), .. ReachableNames(), .. tls.Names], TimeProvider.System);
        }
        catch (TlsException e)
        {
            throw new StartFailure(StartRefusal.Certificate, e.Message, e);
        }
    }

    private static string[] MachineNames() => Uri.CheckHostName(Environment.MachineName) == UriHostNameType.Dns ? [Environment.MachineName.ToLowerInvariant()] : [];

    private IEnumerable<string> ReachableNames() => (options.PublicAddresses.Count > 0 ? options.PublicAddresses : InterfaceAddresses()).Select(HostOf);

    private static IEnumerable<IPAddress> InterfaceAddresses() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => !address.IsIPv6LinkLocal);

    private static string HostOf(IPAddress address) => IPAddress.IsLoopback(address) ? "localhost" : address.ToString();

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
