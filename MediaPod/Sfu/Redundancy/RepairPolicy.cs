namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>How often a picture's packet is sent again at one request (docs/repair.md, case N11). Pure.</summary>
public static class RepairPolicy
{
    /// <summary>Most copies of one packet that leave for one request.</summary>
    public const int MostCopies = 3;

    /// <summary>No more than this share of the repairs is to be lost again.</summary>
    public const double MostLostAgain = 0.05;

    /// <summary>How many copies leave.</summary>
    /// <param name="loss">The share that is lost without a queue (<see cref="LossyPath.Loss"/>), 0 to 1; 0: the path is clean.</param>
    /// <param name="isAskedAgain">An answer was lost already.</param>
    public static int Copies(double loss, bool isAskedAgain)
    {
        if (loss <= 0) return 1;
        return loss * loss > MostLostAgain || isAskedAgain ? MostCopies : MostCopies - 1;
    }
}
