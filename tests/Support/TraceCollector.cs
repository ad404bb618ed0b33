using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conference.Support;

/// <summary>A span as it arrived.</summary>
/// <param name="TraceId">32 hex digits.</param>
/// <param name="SpanId">16 hex digits.</param>
/// <param name="ParentId">16 hex digits; empty for a root.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">1 internal, 2 server, 3 client.</param>
/// <param name="Events">The names of its events.</param>
public sealed record CollectedSpan(string TraceId, string SpanId, string ParentId, string Name, int Kind, IReadOnlyList<string> Events);

/// <summary>
/// Takes OTLP over HTTP as a collector does. It reads the protobuf encoding by its field numbers (opentelemetry-proto, trace/v1/trace.proto), so nothing of the exporter is on this end.
/// </summary>
public sealed class TraceCollector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();
    private readonly ConcurrentQueue<byte[]> _bodies = new();

    public TraceCollector()
    {
        using (var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndPoint!).Port}/");
        }
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>What a program needs to send its traces here, soon.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url.ToString(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    public IReadOnlyList<CollectedSpan> Spans => [.. _spans];

    /// <summary>Whether a text stands anywhere in what was sent.</summary>
    public bool HasText(string text) => _bodies.Any(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            _bodies.Enqueue(body.ToArray());
            foreach (var span in Descend(body.ToArray(), [1, 2, 2])) _spans.Enqueue(SpanOf(span));
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    // ExportTraceServiceRequest.resource_spans = 1, ResourceSpans.scope_spans = 2, ScopeSpans.spans = 2.
    private static IEnumerable<byte[]> Descend(byte[] message, int[] path) =>
        path.Length == 0 ? [message] : Fields(message).Where(f => f.Number == path[0] && f.Bytes is not null).SelectMany(f => Descend(f.Bytes!, path[1..]));

    private static CollectedSpan SpanOf(byte[] message)
    {
        var fields = Fields(message).ToLookup(f => f.Number);
        string Hex(int number) => Convert.ToHexStringLower(fields[number].FirstOrDefault().Bytes ?? []);
        string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes ?? []);
        return new(Hex(1), Hex(2), Hex(4), Text(fields[5].FirstOrDefault().Bytes), (int)fields[6].FirstOrDefault().Value,
            [.. fields[11].Select(e => Text(Fields(e.Bytes!).FirstOrDefault(f => f.Number == 2).Bytes))]);
    }

    private static IEnumerable<(int Number, ulong Value, byte[]? Bytes)> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint(message, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return (number, Varint(message, ref at), null);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return (number, 0, message[at..(at + length)]);
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException("no protobuf");
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
    }
}
