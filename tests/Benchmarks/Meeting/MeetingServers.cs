using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Conference.Benchmarks.Servers;
using Conference.Support;

namespace Conference.Benchmarks.Meeting;

/// <summary>Silo, pod and Gateway as processes of this machine, each with its own account of CPU time.</summary>
internal sealed class MeetingServers : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _processes = [];
    private readonly Process _silo;

    private MeetingServers()
    {
        var (siloPort, gatewayPort, podPort) = (FreePorts.Tcp(), FreePorts.Tcp(), FreePorts.Tcp());
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        (Silo, Gateway) = (new Uri($"http://127.0.0.1:{siloPort}/"), new Uri($"http://127.0.0.1:{gatewayPort}/"));
        _silo = Run("Silo", new()
        {
            ["CONFERENCE_PORT"] = $"{siloPort}", ["CONFERENCE_DATA"] = Path.Combine(_folder.Path, "data"), ["CONFERENCE_SECRET"] = secret, ["CONFERENCE_OPEN_CREATION"] = "1",
        });
        Run("Gateway", [], $"--silos={Silo}", $"--secret={secret}", $"--listen=127.0.0.1:{gatewayPort}", "--unlimited=127.0.0.0/8");
        Run("MediaPod", [], $"--silos={Silo}", $"--secret={secret}", $"--listen=127.0.0.1:{podPort}", $"--media_port={FreePorts.Media()}", "--public_address=127.0.0.1", "--workers=1",
            "--capacity_participants=20000");
        Pod = new Uri($"http://127.0.0.1:{podPort}/");
    }

    public Uri Silo { get; }

    public Uri Gateway { get; }

    private Uri Pod { get; }

    /// <summary>What the kernel has accounted to the silo's process, in milliseconds.</summary>
    public double SiloCpuMs => ProcessCpuClock.Nanoseconds(_silo.Id) / 1e6;

    /// <summary>The most memory that the silo's process ever had, in megabytes.</summary>
    public double SiloPeakMb => File.ReadLines($"/proc/{_silo.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
        ? double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024 : 0;

    /// <summary>The silo's process.</summary>
    public int SiloProcessId => _silo.Id;

    public static async Task<MeetingServers> StartAsync()
    {
        var servers = new MeetingServers();
        try
        {
            using var http = new HttpClient();
            foreach (var service in new[] { servers.Silo, servers.Gateway, servers.Pod }) await Eventually.True(() => IsReadyAsync(http, service), $"{service} is not ready");
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
            process.Dispose();
        }
        _folder.Dispose();
    }

    private Process Run(string project, Dictionary<string, string> variables, params string[] arguments)
    {
        var program = Path.Combine(Checkout.Folder, $"artifacts/embedded/bin/{project}/release/Conference.{project}");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        _processes.Add(process);
        return process;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri service)
    {
        try
        {
            return (await http.GetAsync(new Uri(service, "readyz"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
