using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Support;

namespace Conference.MediaPod.Tests.Support;

/// <summary>The media pod's program as its own process.</summary>
public sealed class PodProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private PodProcess(Process process, Uri url)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = url };
    }

    public static PodId Id { get; } = PodId.Parse("pod-under-test");

    public HttpClient Http { get; }

    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Starts it with these settings beside the needed ones, and waits until it is ready and the silo has heard of it.</summary>
    public static async Task<PodProcess> StartAsync(SiloSide silo, params (string Name, string Value)[] settings)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var listen = (IPEndPoint)socket.LocalEndPoint!;
        socket.Dispose();
        var start = new ProcessStartInfo(Path.Combine(Checkout.Folder, "artifacts/embedded/bin/MediaPod/release/Conference.MediaPod")) { RedirectStandardOutput = true, RedirectStandardError = true };
        (string, string)[] needed =
        [
            ("POD_ID", Id.Value), ("SILOS", silo.Url.ToString()), ("SECRET", silo.Secret.Value), ("LISTEN", listen.ToString()), ("MEDIA_PORT", "0"), ("WORKERS", "1"), ("PUBLIC_ADDRESS", "127.0.0.1"),
        ];
        foreach (var (name, value) in needed.Concat(settings)) start.Environment["CONFERENCE_" + name] = value;
        var pod = new PodProcess(Process.Start(start)!, new Uri($"http://{listen}/"));
        pod._process.OutputDataReceived += (_, e) => pod.Keep(e.Data);
        pod._process.ErrorDataReceived += (_, e) => pod.Keep(e.Data);
        pod._process.BeginOutputReadLine();
        pod._process.BeginErrorReadLine();
        await Eventually.True(async () => silo.Received.OfType<PodReport>().Any(r => r.PlanRevision > 0) && await pod.StatusAsync("readyz") == HttpStatusCode.OK, () => Task.FromResult(pod.Output));
        return pod;
    }

    /// <summary>The status of a path; null while nobody answers.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        if (_process.HasExited) throw new InvalidOperationException($"the pod ended with {_process.ExitCode}:\n{Output}");
        try
        {
            using var response = await Http.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public bool HasEnded => _process.HasExited;

    public Task TerminateAsync() => ProcessSignals.TerminateAsync(_process);

    public Task InterruptAsync() => ProcessSignals.InterruptAsync(_process);

    /// <summary>Its exit code, when it ends within a bound that only a failure reaches.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Eventually.Bound);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }
}
