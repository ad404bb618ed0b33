using System.Collections.Immutable;
using Conference.Support.Media.Impairment;

namespace Conference.Benchmarks.Impair;

/// <summary>One situation that a real receiver is put into.</summary>
/// <param name="Name">As on the command line and in the report.</param>
/// <param name="Phases">What the link does, one after the other; each lasts as long as the others.</param>
internal sealed record ImpairCase(string Name, ImmutableArray<LinkConditions> Phases)
{
    /// <summary>Every packet takes half of the 50 ms round trip, in each direction.</summary>
    public static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    private static readonly LinkConditions Far = new() { Delay = OneWay };

    /// <summary>The publisher's way to the server is impaired, not the receiver's from it.</summary>
    public bool IsUplink { get; init; }

    /// <summary>The receiver takes redundant sound.</summary>
    public bool Red { get; init; } = true;

    /// <summary>Lost sound is sent again, where the server can.</summary>
    public bool Nack { get; init; } = true;

    /// <summary>The product alone: there is nothing to compare.</summary>
    public bool WithoutPeer { get; init; }

    /// <summary>What must hold of the product's figures; the text says what it is.</summary>
    public ImmutableArray<(string Text, Func<CaseFigures, bool> Holds)> Bounds { get; init; } = [];

    /// <summary>The cases with one real receiver, as docs/benchmarks.md names them.</summary>
    public static ImmutableArray<ImpairCase> All { get; } =
    [
        new("a", [Far with { LossPercent = 5 }]) { Bounds = [FreezesAtMost(1000), ConcealedAtMost(1), InStep] },
        new("b", [Far with { LossPercent = 20 }]) { Bounds = [ConcealedAtMost(5)] },
        new("b-without-red", [Far with { LossPercent = 20 }]) { Red = false, WithoutPeer = true },
        new("b-without-nack", [Far with { LossPercent = 20 }]) { Nack = false, WithoutPeer = true },
        new("b-bare", [Far with { LossPercent = 20 }]) { Red = false, Nack = false, WithoutPeer = true },
        new("c", [Far with { LossPercent = 5 }]) { IsUplink = true, Bounds = [FreezesAtMost(1000), ConcealedAtMost(1)] },
        new("c20", [Far with { LossPercent = 20 }]) { IsUplink = true, Bounds = [ConcealedAtMost(5)] },
        new("d", [Bandwidth(3_000_000), Bandwidth(500_000), Bandwidth(3_000_000)])
        {
            Bounds =
            [
                ("at most 1000 ms of sound made up after the step down", f => f.ConcealedMsAtStepDown <= 1000),
                ("queue under 100 ms within 3 s", f => f.QueueUnder100MsAfterMs <= 3000),
                ("best layer back within 12 s", f => f.RecoverMs <= 12_000),
                ("at most 2 layer flaps", f => f.Flaps <= 2),
                ("a smaller encoding begins within 200 ms and the round trip", f => f.LayerGapP95Ms is null or <= 250),
            ],
        },
        new("e", [Far with { Stalls = new LinkStalls(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(150)) }]) { Bounds = [FreezesAtMost(1000), ConcealedAtMost(1)] },
    ];

    private static LinkConditions Bandwidth(long bitsPerSecond) => Far with { BitsPerSecond = bitsPerSecond, QueueTime = TimeSpan.FromMilliseconds(300) };

    private static (string, Func<CaseFigures, bool>) InStep => ("picture and sound at most 100 ms apart", f => f.SkewMs <= 100);

    private static (string, Func<CaseFigures, bool>) FreezesAtMost(double ms) => ($"freezes of at most {ms} ms together", f => f.FreezeMs <= ms);

    private static (string, Func<CaseFigures, bool>) ConcealedAtMost(double percent) => ($"at most {percent} % of the sound made up", f => f.ConcealedPercent <= percent);
}

/// <summary>What a case brought on one server.</summary>
/// <param name="FreezeMs">The picture stood still, together.</param>
/// <param name="ConcealedPercent">Sound that was made up and was not silence.</param>
/// <param name="FramesPerSecond">Frames shown.</param>
/// <param name="RecoverMs">From the step up of the bandwidth until the best layer is back for good; null: no such step, or it is not.</param>
/// <param name="ConcealedMsAtStepDown">Sound made up within 5 s of the step down; null: no such step.</param>
/// <param name="QueueUnder100MsAfterMs">From the step down until the queue stays below 100 ms; null: no such step, or it does not.</param>
/// <param name="Flaps">How often the picture became smaller again after it had become larger.</param>
/// <param name="BestHeight">Of the largest layer that came.</param>
/// <param name="Pli">Key frames that the receiver asked for.</param>
/// <param name="Nack">Retransmissions that it asked for.</param>
/// <param name="LinkLostPercent">What the link lost, its full queue counted.</param>
/// <param name="RedundantPackets">Of sound, that the receiver found in others.</param>
/// <param name="SoundNack">Packets of sound that the receiver asked for again.</param>
/// <param name="SkewMs">How far apart picture and sound were played: 95 of 100 looks found less; null: the browser does not know.</param>
internal sealed record CaseFigures(
    double FreezeMs, double ConcealedPercent, double FramesPerSecond, double? RecoverMs, double? ConcealedMsAtStepDown, double? QueueUnder100MsAfterMs, int Flaps, int BestHeight, int Pli, int Nack,
    double LinkLostPercent, long RedundantPackets, long SoundNack, double? SkewMs)
{
    /// <summary>Upper bound of the time without a picture while a smaller encoding began, of 95 of 100 changes, as the pod counts it; null: there was none, or the server does not say.</summary>
    public double? LayerGapP95Ms { get; init; }
}
