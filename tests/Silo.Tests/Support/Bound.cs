namespace Conference.Silo.Tests.Support;

/// <summary>Waits that end.</summary>
public static class Bound
{
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(20);

    /// <summary>Until a condition holds; fails when it does not within the bound.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var bound = new CancellationTokenSource(Time);
        while (!await condition())
        {
            Assert.False(bound.IsCancellationRequested, $"did not come: {what}");
            await Task.Delay(20);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);
}
