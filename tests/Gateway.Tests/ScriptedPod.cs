using System.Collections.Concurrent;
using System.Net;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Conference.Gateway.Tests;

/// <summary>A pod's HTTP side on real Kestrel.</summary>
public sealed class ScriptedPod : IAsyncDisposable
{
    private readonly WebApplication _app;

    public ScriptedPod(string id)
    {
        Id = PodId.Parse(id);
        _app = ServiceHost.CreateBuilder(new ServiceOptions { Name = "pod", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false, LogLevel = LogLevel.None }).Build();
        _app.UseWebSockets();
        _app.Map($"/media/{id}/sessions/{{session}}/channel", (RequestDelegate)Echo.SocketAsync);
        _app.Map($"/media/{id}/{{**rest}}", (RequestDelegate)AnswerAsync);
        _app.MapGet("/debug/rooms/{id}", () => "guarded");
    }

    public PodId Id { get; }
    public ConcurrentQueue<Seen> Requests { get; } = [];
    public PodRoute Route => new(Id, "local", _app.BoundUri().ToString());

    public async Task<ScriptedPod> StartAsync()
    {
        await _app.StartAsync();
        return this;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(Seen.Of(context.Request));
        var offer = await new StreamReader(context.Request.Body).ReadToEndAsync();
        context.Response.StatusCode = StatusCodes.Status201Created;
        // A pod may write its own address; clients must never see it.
        context.Response.Headers.Location = $"{_app.BoundUri()}media/{Id}/sessions/s1";
        context.Response.Headers.ETag = "\"e1\"";
        context.Response.Headers.AccessControlAllowOrigin = "https://pod.example";
        context.Response.ContentType = "application/sdp";
        await context.Response.WriteAsync("answer to " + offer);
    }
}
