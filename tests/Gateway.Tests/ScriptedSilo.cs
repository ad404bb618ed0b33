using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Conference.Gateway.Tests;

/// <summary>A silo's HTTP side on real Kestrel that answers as a test tells it to and remembers what it was asked.</summary>
public sealed class ScriptedSilo : IAsyncDisposable
{
    public static readonly SharedSecret Secret = new("a-secret-of-the-tests");
    private readonly WebApplication _app;

    public ScriptedSilo(int port = 0)
    {
        var builder = ServiceHost.CreateBuilder(new ServiceOptions { Name = "silo", Listen = new IPEndPoint(IPAddress.Loopback, port), OwnsProcess = false, LogLevel = LogLevel.None });
        _app = builder.Build();
        _app.UseWebSockets();
        _app.MapGet("/internal/pods", () => Results.Json(new PodRoutes(1, Pods), ContractsJson.Default.PodRoutes)).RequireSecret(Secret);
        _app.MapPost("/internal/streams", (StreamRequest request) =>
        {
            Streams.Enqueue(request);
            return OnStream(request);
        }).RequireSecret(Secret);
        _app.MapGet("/readyz", () => "ready");
        _app.Map("/signal", (RequestDelegate)Echo.SocketAsync);
        _app.Map("/api/{**rest}", (RequestDelegate)(context => AnswerAsync(context)));
        _app.Map("/pods/connect", () => "pods only");
    }

    public ImmutableArray<PodRoute> Pods { get; set; } = [];
    public Func<StreamRequest, IResult> OnStream { get; set; } = _ => Problem.Result(404, StreamRefusal.UnknownCode, "No meeting has this code.");
    public ConcurrentQueue<StreamRequest> Streams { get; } = [];
    public ConcurrentQueue<Seen> Requests { get; } = [];

    /// <summary>What the next API requests are answered with before they are answered well.</summary>
    public ConcurrentQueue<int> Failures { get; } = [];

    public Uri Uri => _app.BoundUri();

    public async Task<ScriptedSilo> StartAsync()
    {
        await _app.StartAsync();
        return this;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(Seen.Of(context.Request));
        if (Failures.TryDequeue(out var status))
        {
            context.Response.StatusCode = status;
            return;
        }
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}");
    }
}

/// <summary>A request as it arrived.</summary>
public sealed record Seen(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public static Seen Of(HttpRequest request) =>
        new(request.Method, request.Path.Value!, request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
