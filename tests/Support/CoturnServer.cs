using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Conference.Support;

/// <summary>A real coturn that shares a secret, on UDP, TCP and TLS of one address, with a certificate made for it.</summary>
public sealed class CoturnServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/turnserver";

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private CoturnServer(Process process, IPAddress address, int port, int tlsPort, string secret)
    {
        (_process, Address, Port, TlsPort, Secret) = (process, address, port, tlsPort, secret);
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Why none can be started here; null when it can.</summary>
    public static string? Obstacle => File.Exists(Program) ? null : "needs the package coturn";

    public IPAddress Address { get; }

    /// <summary>UDP and TCP.</summary>
    public int Port { get; }

    public int TlsPort { get; }

    /// <summary>What it shares.</summary>
    public string Secret { get; }

    /// <summary>What it has logged.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>The URL by which clients reach it over <c>udp</c>, <c>tcp</c> or <c>tls</c>.</summary>
    public string UrlOf(string transport) => transport == "tls" ? $"turns:{Address}:{TlsPort}?transport=tcp" : $"turn:{Address}:{Port}?transport={transport}";

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="folder">For its certificate and files.</param>
    /// <param name="address">One of this machine's.</param>
    /// <param name="port">UDP and TCP.</param>
    /// <param name="tlsPort">TLS.</param>
    public static async Task<CoturnServer> StartAsync(string folder, IPAddress address, int port, int tlsPort)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var (certificate, key) = Certify(folder, address);
        string[] arguments =
        [
            "-n", $"--listening-ip={address}", $"--relay-ip={address}", $"--listening-port={port}", $"--tls-listening-port={tlsPort}", $"--cert={certificate}", $"--pkey={key}",
            "--use-auth-secret", $"--static-auth-secret={secret}", "--realm=conference", "--fingerprint", "--no-cli", "--no-dtls", "--no-multicast-peers", "--verbose", "--log-file=stdout", "--simple-log",
            "--min-port=50000", "--max-port=50999", $"--pidfile={folder}/turnserver.pid", $"--userdb={folder}/turndb",
            .. IPAddress.IsLoopback(address) ? (string[])["--allow-loopback-peers"] : [],
        ];
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        var server = new CoturnServer(Process.Start(start)!, address, port, tlsPort, secret);
        foreach (var listening in new[] { port, tlsPort }) await Eventually.True(() => AcceptsAsync(server, listening), () => Task.FromResult($"coturn does not listen:\n{server.Output}"));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> AcceptsAsync(CoturnServer server, int port)
    {
        if (server._process.HasExited) throw new InvalidOperationException($"coturn ended:\n{server.Output}");
        using var socket = new Socket(server.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(server.Address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static (string Certificate, string Key) Certify(string folder, IPAddress address)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={address}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        var (certificateFile, keyFile) = (Path.Combine(folder, "turn.pem"), Path.Combine(folder, "turn.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }
}
