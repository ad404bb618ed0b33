namespace Conference.Silo.Tests.Support;

/// <summary>
/// What the wall clock says moves only when a test says so; timers and timestamps are real ones, so a whole silo can run on it (Orleans turns in circles when
/// its timers never fall due).
/// </summary>
public sealed class HeldTime(DateTimeOffset now) : TimeProvider
{
    private long _ticks = now.UtcTicks;

    /// <summary>Held at the real time plus <paramref name="by"/>.</summary>
    public static HeldTime FromNow(TimeSpan by = default) => new(System.GetUtcNow() + by);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    /// <summary>Moves the wall clock forward.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
