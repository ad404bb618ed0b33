using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Conference.Operator.Tests.Support;

/// <summary>A silo's API for operators over real HTTP, with pods and people that a test sets.</summary>
internal sealed class FakeSilo : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RegionPod> _pods = new();
    private readonly WebApplication _app;

    private FakeSilo(WebApplication app) => _app = app;

    public SharedSecret Secret { get; } = SharedSecret.Random();

    public Uri Url => _app.BoundUri();

    /// <summary>Answers 503 to everything.</summary>
    public bool Away { get; set; }

    /// <summary>What was asked, as <c>POST pod Wait</c>.</summary>
    public ConcurrentQueue<string> Orders { get; } = new();

    public IReadOnlyDictionary<string, RegionPod> Pods => _pods;

    public static async Task<FakeSilo> StartAsync()
    {
        var app = ServiceHost.CreateBuilder(new ServiceOptions { Name = "fake-silo", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false }).Build();
        var silo = new FakeSilo(app);
        app.Use(async (context, next) =>
        {
            if (silo.Away) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else if (!silo.Secret.Authorizes(context.Request)) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else await next();
        });
        app.MapGet("/internal/regions", () => Results.Json(silo.Loads(), ContractsJson.Default.RegionLoads));
        app.MapPost("/internal/pods/{podId}/drain", async (string podId, HttpRequest request) =>
        {
            var order = await JsonSerializer.DeserializeAsync(request.Body, ContractsJson.Default.DrainRequest);
            return silo.Change("POST", podId, order!.Mode, p => p with { Draining = true, DrainMode = order.Mode });
        });
        app.MapDelete("/internal/pods/{podId}/drain", (string podId) => silo.Change("DELETE", podId, null, p => p with { Draining = false, DrainMode = null }));
        await app.StartAsync();
        return silo;
    }

    /// <summary>A pod registers.</summary>
    public void Register(string pod, int capacity) => _pods.TryAdd(pod, new RegionPod(PodId.Parse(pod), PodRole.Media, "test", $"http://{pod}:8081", "1.0", new PodCapacity(capacity, 1000), 0, 0, 0, 0, false));

    /// <summary>A pod is gone.</summary>
    public void Remove(string pod) => _pods.TryRemove(pod, out _);

    /// <summary>So many people are on a pod.</summary>
    public void Seat(string pod, int participants) =>
        _pods[pod] = _pods[pod] with { Participants = participants, Meetings = participants > 0 ? 1 : 0, Load = (double)participants / _pods[pod].Capacity.Participants };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Change(string verb, string podId, DrainMode? mode, Func<RegionPod, RegionPod> change)
    {
        Orders.Enqueue($"{verb} {podId} {mode}".TrimEnd());
        while (_pods.TryGetValue(podId, out var pod))
            if (_pods.TryUpdate(podId, change(pod), pod)) return Results.Accepted();
        return Results.NotFound();
    }

    private RegionLoads Loads()
    {
        var pods = _pods.Values.OrderBy(p => p.PodId.Value, StringComparer.Ordinal).ToImmutableArray();
        return new RegionLoads([new RegionLoad("test", pods.Sum(p => p.Participants), pods.Sum(p => p.Meetings), 0, 0, 0, pods)]);
    }
}
