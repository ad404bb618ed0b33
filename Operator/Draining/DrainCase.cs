namespace Conference.Operator.Draining;

/// <summary>The numbers of docs/scaling.md for what becomes of pods that go. D1 to D5 are the order in which they are chosen, <see cref="DrainSelection"/>.</summary>
public static class DrainCase
{
    /// <summary>D6: the silo is told that the pod drains.</summary>
    public const string Ask = "D6";

    /// <summary>D7: the pod is empty and goes.</summary>
    public const string Empty = "D7";

    /// <summary>D8: the deadline is over; who is left is moved to another pod.</summary>
    public const string Deadline = "D8";

    /// <summary>D9: who was to be moved has had the time for it; the pod goes.</summary>
    public const string Overtime = "D9";

    /// <summary>D10: somebody deleted the pod; it drains by itself.</summary>
    public const string Deleted = "D10";

    /// <summary>D11: the pod's node is lost.</summary>
    public const string NodeLost = "D11";

    /// <summary>D12: the silo cannot be asked; the drain stands still.</summary>
    public const string SiloAway = "D12";

    /// <summary>D13: the pod's process has ended.</summary>
    public const string Ended = "D13";

    /// <summary>D14: somebody else told the silo that the pod drains.</summary>
    public const string Adopted = "D14";
}
