using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Load.Media;

namespace Conference.Load.Reports;

/// <summary>What came of a run; the last line that the program prints.</summary>
/// <param name="Ok">Everything that was expected came.</param>
/// <param name="Missing">What did not, one sentence each.</param>
/// <param name="Meetings">Meetings.</param>
/// <param name="Participants">Participants who should have connected.</param>
/// <param name="Connected">Of them, those who did.</param>
/// <param name="Publishers">Of those, those who sent.</param>
/// <param name="Seconds">For how long media flowed when all were there.</param>
/// <param name="Streams">Streams that receivers should have got, and those they got.</param>
/// <param name="Packets">What was sent and received.</param>
/// <param name="ReceivedMbps">RTP received by all, while all were there and before.</param>
/// <param name="DelayMs">From sending to receiving, through the pod.</param>
/// <param name="JoinMs">From asking for a place to media that can flow.</param>
/// <param name="KeyFrameRequests">Key frames that pods asked for.</param>
/// <param name="Moves">Moves to other pods that were followed.</param>
/// <param name="Disconnects">Connections that ended by themselves.</param>
public sealed record LoadReport(
    bool Ok, ImmutableArray<string> Missing, int Meetings, int Participants, int Connected, int Publishers, double Seconds, Share Streams, PacketSums Packets, double ReceivedMbps,
    Quantiles DelayMs, Quantiles JoinMs, int KeyFrameRequests, int Moves, int Disconnects)
{
    /// <summary>The report as one line of JSON.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, LoadJson.Default.LoadReport);
}

/// <summary>How much of something came.</summary>
/// <param name="Expected">What should have come.</param>
/// <param name="Received">What came.</param>
public sealed record Share(long Expected, long Received);

/// <summary>Packets of all receivers.</summary>
/// <param name="Sent">Packets that publishers sent.</param>
/// <param name="Expected">Packets that receivers should have got.</param>
/// <param name="Received">Packets that they got.</param>
/// <param name="Lost">The difference.</param>
/// <param name="LossPercent">Its share.</param>
/// <param name="Duplicates">Packets that came twice.</param>
/// <param name="Late">Packets that came after a later one.</param>
/// <param name="Damaged">Authentic packets that are not what was sent.</param>
/// <param name="Unauthentic">Packets that could not be opened.</param>
/// <param name="KeylessStarts">Pictures that began without a key frame.</param>
/// <param name="Gaps">Sequence numbers that are missing on the way from the pod.</param>
/// <param name="KernelDrops">Datagrams that this program was too slow for.</param>
/// <param name="SendDrops">Packets that the kernel did not take.</param>
public sealed record PacketSums(
    long Sent, long Expected, long Received, long Lost, double LossPercent, long Duplicates, long Late, long Damaged, long Unauthentic, long KeylessStarts, long Gaps, long KernelDrops,
    long SendDrops);

/// <summary>Some of a distribution, in milliseconds.</summary>
/// <param name="P50">Half are shorter.</param>
/// <param name="P99">One in a hundred is longer.</param>
/// <param name="Max">The longest.</param>
public sealed record Quantiles(double P50, double P99, double Max)
{
    /// <summary>Of a histogram.</summary>
    public static Quantiles Of(DelayHistogram histogram) => new(histogram.Quantile(0.5) / 1000.0, histogram.Quantile(0.99) / 1000.0, histogram.Max / 1000.0);
}

/// <summary>How reports look as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoadReport))]
public sealed partial class LoadJson : JsonSerializerContext;
