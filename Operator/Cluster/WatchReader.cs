using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Cluster;

/// <summary>Reads one watch: a line of JSON per event, each of bounded length, with bounded silence between them.</summary>
internal sealed class WatchReader<T>(ResourceType<T> type, WatchOptions options, TimeProvider time) where T : KubeObject
{
    /// <summary>The longest line, in bytes: an object has 1.5 MiB at most.</summary>
    public const int MaxLine = 8 << 20;

    private readonly record struct Read(bool Ended, ReadOnlySequence<byte> Buffer, KubeError? Error);

    public async IAsyncEnumerable<WatchEvent<T>> ReadAsync(Func<CancellationToken, Task<KubeResult<OpenAnswer>>> open, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var opened = await open(cancellation).ConfigureAwait(false);
        if (!opened.Ok)
        {
            yield return Failed(opened.Error);
            yield break;
        }
        using var answer = opened.Value;
        var pipe = PipeReader.Create(answer.Stream, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var read = await NextAsync(pipe, cancellation).ConfigureAwait(false);
            if (read.Error is { } broken)
            {
                yield return Failed(broken);
                yield break;
            }
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var happened = Parse(rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
                yield return happened;
                if (happened.Kind == WatchEventKind.Failed) yield break;
            }
            if (rest.Length > MaxLine)
            {
                yield return Failed(new KubeError(KubeReason.Malformed, 200, $"a watch of {type.Plural} sent a line of more than {MaxLine} bytes"));
                yield break;
            }
            if (read.Ended) yield break;
            pipe.AdvanceTo(rest.Start, rest.End);
        }
    }

    private async Task<Read> NextAsync(PipeReader pipe, CancellationToken cancellation)
    {
        using var silence = new CancellationTokenSource(options.IdleTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
        try
        {
            var read = await pipe.ReadAsync(both.Token).ConfigureAwait(false);
            return new Read(read.IsCompleted, read.Buffer, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Read(true, default, new KubeError(KubeReason.Timeout, 200, $"a watch of {type.Plural} was silent for {options.IdleTimeout.TotalSeconds:0} s"));
        }
        catch (Exception e) when (KubeTransport.Named(e, cancellation) is { } error)
        {
            return new Read(true, default, error);
        }
    }

    private WatchEvent<T> Parse(ReadOnlySequence<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            var line = JsonSerializer.Deserialize(ref reader, KubeJson.Default.WatchLine) ?? throw new JsonException("the line is null");
            return line.Type switch
            {
                "ADDED" => Changed(WatchEventKind.Added, line),
                "MODIFIED" => Changed(WatchEventKind.Modified, line),
                "DELETED" => Changed(WatchEventKind.Deleted, line),
                "BOOKMARK" => new WatchEvent<T>(WatchEventKind.Bookmark, null, line.Object.GetProperty("metadata").GetProperty("resourceVersion").GetString()),
                "ERROR" => Failed(KubeTransport.Error(0, System.Text.Encoding.UTF8.GetBytes(line.Object.GetRawText()))),
                _ => Failed(new KubeError(KubeReason.Malformed, 200, $"a watch of {type.Plural} sent an event of type '{line.Type}'")),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Failed(new KubeError(KubeReason.Malformed, 200, $"a watch of {type.Plural} sent what is no event: {e.Message}"));
        }
    }

    private WatchEvent<T> Changed(WatchEventKind kind, WatchLine line)
    {
        var value = line.Object.Deserialize(type.Json) ?? throw new JsonException("the object is null");
        return new WatchEvent<T>(kind, value, value.Metadata.ResourceVersion);
    }

    private static WatchEvent<T> Failed(KubeError error) => new(WatchEventKind.Failed, null, null, error);
}
