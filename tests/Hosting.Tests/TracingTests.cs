using System.Diagnostics;
using Conference.Hosting.Tracing;

namespace Conference.Hosting.Tests;

/// <summary>Cases of docs/tracing.md.</summary>
public sealed class TracingTests
{
    [Fact]
    public void T0_without_an_endpoint_nothing_is_traced() => Assert.Null(ServiceTracing.Start("silo", _ => null));

    [Theory]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "2")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "-0.1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "half")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "pigeon")]
    public void A_variable_that_makes_no_sense_is_named(string name, string value)
    {
        var variables = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1", [name] = value };
        Assert.StartsWith(name, Assert.Throws<TracingSettingException>(() => ServiceTracing.Start("silo", variables.GetValueOrDefault)).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-zz-00-01")]
    [InlineData("a very long text that is no trace at all, and goes on for a while so that somebody might copy it somewhere")]
    public void A_trace_that_is_none_is_ignored(string? text) => Assert.Equal(default, ServiceTracing.Parse(text).TraceId);

    [Fact]
    public void T2_only_listed_tags_leave()
    {
        using var span = new Activity("GET /api/join/{code}").SetTag("url.path", "/api/join/secret").SetTag("url.full", "http://x/api/join/secret").SetTag("client.address", "192.0.2.1")
            .SetTag("http.route", "/api/join/{code}").SetTag("http.response.status_code", 200).SetTag("conference.outcome", "PlaceTaken");
        span.Start();
        new SpanPolicy().OnEnd(span);
        Assert.Equal(["conference.outcome", "http.response.status_code", "http.route"], span.TagObjects.Select(t => t.Key).Order());
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/metrics", 200)]
    [InlineData("/signal", 101)]
    public void T3_probes_and_sockets_are_left_out(string route, int status)
    {
        using var span = new Activity("GET").SetTag("http.route", route).SetTag("http.response.status_code", status);
        span.Start();
        span.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        new SpanPolicy().OnEnd(span);
        Assert.False(span.Recorded);
    }
}
