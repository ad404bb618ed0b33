using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Regions;

namespace Conference.Silo.Pods;

/// <summary>Asks the pods of a meeting how its media fares: what <c>/debug/rooms/{id}</c> of each says, without what only its authors understand. Asked seldom, by people.</summary>
internal sealed class PodQuality(RegionReader regions, SiloOptions options) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int MostBytes = 16 * 1024 * 1024;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Patience, MaxResponseContentBufferSize = MostBytes };

    /// <summary>What the pods say that have somebody of the meeting.</summary>
    /// <param name="meeting">The meeting.</param>
    /// <param name="pods">Those pods.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<MeetingQuality> ReadAsync(MeetingId meeting, IEnumerable<PodId> pods, CancellationToken cancellation)
    {
        var addresses = (await regions.ReadAsync()).SelectMany(r => r.Status.Pods).ToDictionary(p => p.PodId, p => p.HttpUrl);
        var answers = await Task.WhenAll(pods.Distinct().Select(async pod => (Pod: pod, People: addresses.TryGetValue(pod, out var url) ? await ReadAsync(meeting, pod, url, cancellation) : null)));
        return new([.. answers.SelectMany(a => a.People ?? [])], [.. answers.Where(a => a.People is null).Select(a => a.Pod)]);
    }

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<ParticipantQuality>?> ReadAsync(MeetingId meeting, PodId pod, string url, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{url.TrimEnd('/')}/debug/rooms/{meeting}");
            request.Headers.TryAddWithoutValidation("Authorization", options.Secret.AuthorizationHeader);
            using var answer = await _http.SendAsync(request, cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound) return []; // nobody has come there yet
            if (!answer.IsSuccessStatusCode) return null;
            var room = JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancellation), RoomDumpJson.Default.RoomDump);
            // A newer session takes the place of one that has not ended yet.
            return [.. (room?.Sessions ?? []).GroupBy(s => s.ParticipantId).Select(g => Of(pod, g.Last()))];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static ParticipantQuality Of(PodId pod, SessionDump s) => new(
        ParticipantId.Parse(s.ParticipantId), pod, s.Transport.SrtpProfile is not null, Percent(s.Transport.LossFraction), Kilo(s.Transport.Bandwidth.SentBitsPerSecond), Kilo(s.Allocation.DemandedBitsPerSecond),
        [.. s.Publications.Select(p => new SentQuality(p.Source, p.Muted, [.. p.Layers.Select(Of)], p.Codec))],
        [.. s.Slots.Where(slot => slot is { Kind: "Camera" or "Screen", ParticipantId: not null }).Select(Of)],
        s.Transport.RoundTripMilliseconds, s.Transport.Bandwidth.EstimateBitsPerSecond is { } estimate ? Kilo(estimate) : null);

    private static LayerQuality Of(LayerDump l) => new(
        l.Width, l.Height, Kilo((long)l.BitsPerSecond), l.Packets + l.Lost > 0 ? Percent((double)Math.Max(0, l.Lost) / (l.Packets + Math.Max(0, l.Lost))) : 0, l.JitterMilliseconds, l.Off, l.Rid);

    private static SeenQuality Of(SlotDump s) => new(
        ParticipantId.Parse(s.ParticipantId!), s.Source ?? s.Kind, s.Allocation.Height, s.Allocation.FramesPerSecond, Kilo(s.Allocation.BitsPerSecond), s.Allocation.Limit);

    private static long Kilo(long bits) => (bits + 500) / 1000;

    private static double Percent(double fraction) => Math.Round(Math.Clamp(fraction, 0, 1) * 100, 1);
}

/// <summary>Of a pod's dump of a room what is shown.</summary>
internal sealed record RoomDump(ImmutableArray<SessionDump> Sessions);

/// <summary>One session.</summary>
internal sealed record SessionDump(string ParticipantId, TransportDump Transport, AllocationDump Allocation, ImmutableArray<PublicationDump> Publications, ImmutableArray<SlotDump> Slots);

/// <summary>Its connection.</summary>
internal sealed record TransportDump(string? SrtpProfile, double? RoundTripMilliseconds, double LossFraction, BandwidthDump Bandwidth);

/// <summary>What it carries.</summary>
internal sealed record BandwidthDump(long? EstimateBitsPerSecond, long SentBitsPerSecond);

/// <summary>What it should carry.</summary>
internal sealed record AllocationDump(long DemandedBitsPerSecond);

/// <summary>What it sends.</summary>
internal sealed record PublicationDump(string Source, string? Codec, bool Muted, ImmutableArray<LayerDump> Layers);

/// <summary>One encoding.</summary>
internal sealed record LayerDump(string? Rid, int Width, int Height, double BitsPerSecond, long Packets, long Lost, double JitterMilliseconds, bool Off);

/// <summary>One place.</summary>
internal sealed record SlotDump(string Kind, string? ParticipantId, string? Source, SlotAllocationDump Allocation);

/// <summary>What is in it.</summary>
internal sealed record SlotAllocationDump(string Limit, int Height, double FramesPerSecond, long BitsPerSecond);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RoomDump))]
internal sealed partial class RoomDumpJson : JsonSerializerContext;
