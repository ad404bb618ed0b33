namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// What a publisher without transport-wide feedback is told to send at most (REMB): up by 8 % a second while hardly anything is lost,
/// down by half the loss above a tenth (draft-ietf-rmcat-gcc-02 section 6). Pure. A mutable struct: keep it in a field.
/// </summary>
public struct LossBasedEstimate()
{
    /// <summary>Where it starts and the least it falls to, in bits per second.</summary>
    public const double StartBitsPerSecond = 1_500_000, LeastBitsPerSecond = 100_000;

    private const double LittleLoss = 0.02, MuchLoss = 0.10, Growth = 1.08;

    /// <summary>Bits per second.</summary>
    public double BitsPerSecond { get; private set; } = StartBitsPerSecond;

    /// <summary>Takes in one second's loss.</summary>
    /// <param name="fractionLost">0 to 1.</param>
    /// <param name="receivedBitsPerSecond">What arrived; the estimate never runs further ahead than one and a half times that.</param>
    /// <param name="mostBitsPerSecond">The fixed bound.</param>
    public void Second(double fractionLost, double receivedBitsPerSecond, double mostBitsPerSecond)
    {
        if (fractionLost > MuchLoss) BitsPerSecond *= 1 - fractionLost / 2;
        else if (fractionLost < LittleLoss && receivedBitsPerSecond * 1.5 >= BitsPerSecond) BitsPerSecond *= Growth;
        BitsPerSecond = Math.Clamp(BitsPerSecond, LeastBitsPerSecond, mostBitsPerSecond);
    }
}
