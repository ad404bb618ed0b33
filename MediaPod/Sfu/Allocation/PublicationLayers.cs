using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>
/// What one video publication offers at present, as ladders. Receivers of one publication mostly want the same height, so the ladder that was made last serves most of
/// them. Owned by one worker; allocates only with the first receiver.
/// </summary>
internal sealed class PublicationLayers(Publication publication)
{
    /// <summary>The identifier of "every layer there is", those that come later too.</summary>
    public const byte All = 7;

    /// <summary>Most options of one publication.</summary>
    public const int MostOptions = Publication.MaxStreams * LayerMeter.MaxLayers * LayerMeter.MaxLayers;

    /// <summary>How long an encoding that was asked for may take to come, in microseconds, before it counts as one that does not exist.</summary>
    private const long ComesWithinMicroseconds = 3_000_000;

    private const long FreshMicroseconds = 50_000;

    private LayerOption[] _offered = [];
    private LayerOption[] _ladder = [];
    private int _offeredCount, _ladderCount, _ladderHeight;
    private ContentHint _ladderHint;
    private long _offeredAt = long.MinValue / 2;
    private bool _laddered;

    /// <summary>An encoding came, went, or was switched: what is known is old.</summary>
    public void Invalidate() => _offeredAt = long.MinValue / 2;

    /// <summary>The ladder of a viewer who wants this height; valid until the next call.</summary>
    public ReadOnlySpan<LayerOption> Ladder(ContentHint hint, int maxHeight, long now)
    {
        if (now - _offeredAt > FreshMicroseconds) Gather(now);
        if (!_laddered || maxHeight != _ladderHeight || hint != _ladderHint)
        {
            _offered.AsSpan(0, _offeredCount).CopyTo(_ladder);
            _ladderCount = LayerLadder.Build(_ladder.AsSpan(0, _offeredCount), hint, maxHeight);
            (_laddered, _ladderHeight, _ladderHint) = (true, maxHeight, hint);
        }
        return _ladder.AsSpan(0, _ladderCount);
    }

    private void Gather(long now)
    {
        if (_offered.Length == 0) (_offered, _ladder) = (new LayerOption[MostOptions], new LayerOption[MostOptions]);
        (_offeredAt, _offeredCount, _laddered) = (now, 0, false);
        foreach (var stream in publication.Streams)
        {
            var arrives = stream.Arrives(now);
            if (arrives || stream.IsOff || now - stream.AskedOnMicroseconds < ComesWithinMicroseconds) Offer(stream, arrives, now);
        }
    }

    private void Offer(PublicationStream stream, bool arrives, long now)
    {
        var (spatial, temporal) = stream.Layers.Layers(now);
        (spatial, temporal) = (Math.Max(1, spatial), Math.Max(1, temporal));
        for (var s = 0; s < spatial; s++)
        {
            var height = stream.HeightOf(s, spatial);
            for (var t = 0; t < temporal; t++)
            {
                var (bits, frames) = stream.Layers.Read(s, t, now);
                if (!stream.Layers.IsMeasured || bits < 1) bits = AssumedBits(height);
                _offered[_offeredCount++] = new LayerOption(
                    (byte)stream.Index, s == spatial - 1 ? All : (byte)s, t == temporal - 1 ? All : (byte)t, height > 0 ? height : AssumedHeight(bits), frames, (long)bits, arrives);
            }
        }
    }

    // Before the first half second is over: what encoders usually spend.
    private static double AssumedBits(int height) => height <= 0 ? 500_000 : Math.Max(50_000, 150_000 * Math.Pow(height / 180.0, 1.7));

    // Where nothing tells the height: by what encoders usually spend.
    private static int AssumedHeight(double bits) => bits < 250_000 ? 180 : bits < 800_000 ? 360 : 720;
}
