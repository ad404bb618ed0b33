using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Conference.Hosting.Tracing;

/// <summary>
/// OpenTelemetry traces over OTLP, one provider a process. The variables are OpenTelemetry's own: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (and <c>_PROTOCOL</c>, <c>_HEADERS</c>) says where to;
/// without it nothing is traced. <c>OTEL_TRACES_SAMPLER_ARG</c> is the share of traces that is kept, 0 to 1, 1 when it is not set. Every service decides by the trace's id alone and not
/// by what a caller asks for, so that all agree and nobody outside can switch tracing on. Cases: <c>docs/tracing.md</c>.
/// </summary>
public static class ServiceTracing
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
    private static readonly string[] Protocols = ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"];

    /// <summary>Where our own spans come from.</summary>
    public static ActivitySource Source { get; } = new("Conference");

    /// <summary>The trace that the caller is in, as a W3C <c>traceparent</c>; null when it is not kept.</summary>
    public static string? Current => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    /// <summary>The trace that a message belongs to; none when the text is missing or no <c>traceparent</c>. A trace is never a reason to refuse anything.</summary>
    public static ActivityContext Parse(string? traceparent) => ActivityContext.TryParse(traceparent, null, isRemote: true, out var context) ? context : default;

    /// <summary>Starts tracing the process, if it is asked for; dispose of the result to send what is left.</summary>
    /// <param name="service">The service's name, as <c>silo</c>.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="TracingSettingException">A variable makes no sense.</exception>
    public static IDisposable? Start(string service, Func<string, string?> variable)
    {
        // OpenTelemetry's own reader takes its default for what it cannot read, and the traces would go nowhere without a word.
        var endpoints = Endpoints.Count(name => IsSet(name, variable, text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https", "an http or https URL"));
        if (endpoints == 0) return null;
        foreach (var name in Protocols) IsSet(name, variable, text => text is "grpc" or "http/protobuf", "grpc or http/protobuf");
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService($"conference-{service}", serviceVersion: typeof(ServiceTracing).Assembly.GetName().Version?.ToString(3), serviceInstanceId: Environment.MachineName))
            .AddSource(Source.Name, "Microsoft.AspNetCore", "System.Net.Http")
            .SetSampler(new TraceIdRatioBasedSampler(Share(variable)))
            .AddProcessor(new SpanPolicy())
            .AddOtlpExporter()
            .Build();
    }

    private static bool IsSet(string name, Func<string, string?> variable, Func<string, bool> isGood, string wanted)
    {
        if (variable(name) is not { } text || string.IsNullOrWhiteSpace(text)) return false;
        return isGood(text) ? true : throw new TracingSettingException($"{name} is not {wanted}");
    }

    private static double Share(Func<string, string?> variable)
    {
        var share = 1.0;
        IsSet("OTEL_TRACES_SAMPLER_ARG", variable, text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out share) && share is >= 0 and <= 1, "a number from 0 to 1");
        return share;
    }
}
