namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// Bits and frames per second of each spatial and temporal layer of one stream. Follows up within a second and down within several: what stands still for a moment
/// will move again. Pure: time is an argument. Allocates only when it is created.
/// </summary>
public sealed class LayerMeter
{
    /// <summary>Most spatial and most temporal layers told apart; higher ones count as the highest.</summary>
    public const int MaxLayers = 4;

    /// <summary>A layer of which nothing came for this long, in microseconds, is not there.</summary>
    public const long GoneMicroseconds = 5_000_000;

    private const long WindowMicroseconds = 500_000;
    private const long Never = long.MinValue / 2;
    private const double Up = 0.5, Down = 0.1;

    private readonly long[] _bytes = new long[MaxLayers * MaxLayers];
    private readonly int[] _frames = new int[MaxLayers * MaxLayers];
    private readonly double[] _bitRate = new double[MaxLayers * MaxLayers];
    private readonly double[] _frameRate = new double[MaxLayers * MaxLayers];
    private readonly long[] _seen = new long[MaxLayers * MaxLayers];
    private long _since = Never;
    private bool _rests;

    /// <summary>A whole window has been measured since the beginning.</summary>
    public bool IsMeasured { get; private set; }

    /// <summary>The highest temporal layer ever seen.</summary>
    public int HighestTemporal { get; private set; }

    /// <summary>Counts a packet.</summary>
    /// <param name="spatialId">Of its frame.</param>
    /// <param name="temporalId">Of its frame.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="beginsFrame">It is the first of its frame.</param>
    /// <param name="nowMicroseconds">The caller's clock.</param>
    public void Add(int spatialId, int temporalId, int bytes, bool beginsFrame, long nowMicroseconds)
    {
        if (nowMicroseconds - _since >= WindowMicroseconds || _rests) Turn(nowMicroseconds);
        _rests = false;
        var layer = Math.Min(spatialId, MaxLayers - 1) * MaxLayers + Math.Min(temporalId, MaxLayers - 1);
        _bytes[layer] += bytes;
        if (beginsFrame) _frames[layer]++;
        _seen[layer] = nowMicroseconds;
        if (temporalId > HighestTemporal) HighestTemporal = temporalId;
    }

    /// <summary>How many spatial and temporal layers there are, 0 before the first packet.</summary>
    public (int Spatial, int Temporal) Layers(long nowMicroseconds)
    {
        var (spatial, temporal) = (0, 0);
        for (var layer = 0; layer < _seen.Length; layer++)
        {
            if (_seen[layer] == 0 || (nowMicroseconds - _seen[layer] > GoneMicroseconds && !_rests)) continue;
            spatial = Math.Max(spatial, layer / MaxLayers + 1);
            temporal = Math.Max(temporal, layer % MaxLayers + 1);
        }
        return (spatial, temporal);
    }

    /// <summary>What it takes to send everything up to a layer.</summary>
    /// <returns>Bits per second of all layers up to both; frames per second of the spatial layer up to the temporal one.</returns>
    public (double BitsPerSecond, double FramesPerSecond) Read(int spatialId, int temporalId, long nowMicroseconds)
    {
        if (nowMicroseconds - _since >= WindowMicroseconds) Turn(nowMicroseconds);
        var (bits, frames) = (0.0, 0.0);
        for (var s = 0; s <= spatialId; s++)
        {
            for (var t = 0; t <= temporalId; t++)
            {
                bits += _bitRate[s * MaxLayers + t];
                if (s == spatialId) frames += _frameRate[s * MaxLayers + t];
            }
        }
        return (bits, frames);
    }

    /// <summary>Bits per second of all layers.</summary>
    public double Total(long nowMicroseconds) => Read(MaxLayers - 1, MaxLayers - 1, nowMicroseconds).BitsPerSecond;

    /// <summary>Forgets everything: another stream takes over.</summary>
    public void Reset()
    {
        foreach (var array in new Array[] { _bytes, _frames, _bitRate, _frameRate, _seen }) Array.Clear(array);
        (_since, _rests, IsMeasured, HighestTemporal) = (Never, false, false, 0);
    }

    /// <summary>The stream was switched off on purpose: what was measured last stays, and goes on when it comes back.</summary>
    public void Rest() => _rests = true;

    private void Turn(long now)
    {
        var elapsed = now - _since;
        // After the first packet ever there is nothing to divide yet; after a pause the window says nothing about the rate.
        if (elapsed < 4 * WindowMicroseconds && !_rests)
        {
            for (var layer = 0; layer < _bytes.Length; layer++)
            {
                Follow(ref _bitRate[layer], _bytes[layer] * 8e6 / elapsed);
                Follow(ref _frameRate[layer], _frames[layer] * 1e6 / elapsed);
            }
            IsMeasured = true;
        }
        Array.Clear(_bytes);
        Array.Clear(_frames);
        _since = now;
    }

    private void Follow(ref double rate, double measured) => rate += (measured - rate) * (!IsMeasured ? 1 : measured > rate ? Up : Down);
}
