using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Conference.Gateway.Tests;

/// <summary>A Gateway with a scripted silo and pod behind it, all on real sockets of this machine.</summary>
public sealed class GatewayFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _web = Directory.CreateTempSubdirectory("gateway-web");
    private WebApplication? _app;

    public ScriptedSilo Silo { get; } = new();
    public ScriptedPod Pod { get; } = new("pod-1");
    public HttpClient Http { get; private set; } = null!;
    public Uri Uri => _app!.BoundUri();
    public ICollection<string> Urls => _app!.Urls;

    /// <summary>The page as the tests have it, by path.</summary>
    public static readonly IReadOnlyDictionary<string, string> Page = new Dictionary<string, string>
    {
        ["index.html"] = "<!doctype html><title>Conference</title>" + new string(' ', 2000),
        ["assets/app-4f2a91.js"] = string.Concat(Enumerable.Repeat("export const a = 1;\n", 200)),
        ["assets/small-1.css"] = "a{}",
        ["favicon.svg"] = "<svg/>",
        [".built"] = "",
    };

    public async Task<GatewayFixture> StartAsync(Func<GatewayOptions, GatewayOptions>? change = null)
    {
        await Silo.StartAsync();
        await Pod.StartAsync();
        Silo.Pods = [Pod.Route];
        foreach (var (path, text) in Page)
        {
            var file = new FileInfo(Path.Combine(_web.FullName, path));
            file.Directory!.Create();
            await File.WriteAllTextAsync(file.FullName, text);
        }
        var options = new GatewayOptions
        {
            Service = new ServiceOptions { Name = "gateway", OwnsProcess = false, LogLevel = LogLevel.None },
            Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
            Silos = [Silo.Uri],
            Secret = ScriptedSilo.Secret,
            Region = "north",
            WebRoot = _web.FullName,
        };
        _app = GatewayApp.Build(change?.Invoke(options) ?? options);
        await _app.StartAsync();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = Uri };
        return this;
    }

    public async Task<ClientWebSocket> OpenSocketAsync(string path, string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(new UriBuilder(Uri) { Scheme = "ws", Path = path }.Uri, bound.Token);
        return socket;
    }

    public static async Task AssertProblemAsync<TReason>(HttpResponseMessage answer, HttpStatusCode status, TReason reason) where TReason : struct, Enum
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(Problem.ContentType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(reason.ToString(), (await answer.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem))!.Reason);
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_app is not null) await _app.DisposeAsync();
        await Silo.DisposeAsync();
        await Pod.DisposeAsync();
        _web.Delete(recursive: true);
    }
}
