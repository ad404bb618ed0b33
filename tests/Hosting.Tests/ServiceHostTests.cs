using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Conference.Hosting.Tests;

/// <summary>A service on real Kestrel.</summary>
public sealed class ServiceHostTests : IAsyncLifetime
{
    private const string Secret = "0123456789abcdef";
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private bool _databaseIsThere = true;

    public ServiceHostTests()
    {
        var builder = ServiceHost.CreateBuilder(new ServiceOptions
        {
            Name = "test",
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            OwnsProcess = false,
            LogLevel = LogLevel.None,
            Limits = new RequestLimits { MaxBodyBytes = 1000 },
        });
        builder.Services.AddHealthChecks().AddCheck("database", () => _databaseIsThere ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("secret=hunter2"));
        _app = builder.Build();
        _app.UseProblemDocuments();
        _app.MapServiceEndpoints();
        _app.MapGet("/throws", string () => throw new InvalidOperationException("passcode=1234"));
        _app.MapPost("/echo", async (HttpRequest request) => Results.Text(await new StreamReader(request.Body).ReadToEndAsync()));
        _app.MapGet("/internal", () => "in").RequireSecret(new SharedSecret(Secret));
    }

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        _http.BaseAddress = _app.BoundUri();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Liveness_does_not_depend_on_a_check_and_readiness_does()
    {
        Assert.Equal("{\"status\":\"Healthy\",\"checks\":{\"database\":\"Healthy\"}}", await _http.GetStringAsync("/readyz"));
        _databaseIsThere = false;
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("/healthz")).StatusCode);
        var ready = await _http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("{\"status\":\"Unhealthy\",\"checks\":{\"database\":\"Unhealthy\"}}", await ready.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Metrics_are_served_as_prometheus_text()
    {
        using var meter = new Meter("Conference.Hosting.Tests.Host");
        meter.CreateCounter<int>("host.test.things", "{thing}", "Things.").Add(3);
        var answer = await _http.GetAsync("/metrics");
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\nhost_test_things_total 3\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_unknown_path_is_a_problem_document() => await AssertProblem(await _http.GetAsync("/nowhere"), HttpStatusCode.NotFound, RequestRefusal.NotFound);

    [Fact]
    public async Task A_wrong_method_is_a_problem_document() => await AssertProblem(await _http.GetAsync("/echo"), HttpStatusCode.MethodNotAllowed, RequestRefusal.MethodNotAllowed);

    [Fact]
    public async Task An_exception_tells_the_client_nothing()
    {
        var answer = await _http.GetAsync("/throws");
        await AssertProblem(answer, HttpStatusCode.InternalServerError, RequestRefusal.InternalError);
        Assert.DoesNotContain("1234", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_large_body_is_refused_by_name()
    {
        Assert.Equal("ok", await (await _http.PostAsync("/echo", new StringContent("ok"))).Content.ReadAsStringAsync());
        await AssertProblem(await _http.PostAsync("/echo", new StringContent(new string('x', 1001))), HttpStatusCode.RequestEntityTooLarge, RequestRefusal.TooLarge);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer 0123456789abcdee", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer ", HttpStatusCode.Unauthorized)]
    [InlineData("Basic 0123456789abcdef", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer 0123456789abcdef", HttpStatusCode.OK)]
    public async Task Internal_endpoints_want_the_secret(string? authorization, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/internal");
        if (authorization is not null) request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        var answer = await _http.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
        if (status != HttpStatusCode.OK) await AssertProblem(answer, status, RequestRefusal.Unauthorized);
    }

    private static async Task AssertProblem(HttpResponseMessage answer, HttpStatusCode status, RequestRefusal reason)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(Problem.ContentType, answer.Content.Headers.ContentType!.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<ApiProblem>();
        Assert.Equal(reason.ToString(), problem!.Reason);
        Assert.Equal((int)status, problem.Status);
        Assert.Equal($"urn:conference:problem:{reason}", problem.Type);
    }
}
