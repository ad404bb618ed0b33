using System.Collections.Concurrent;

namespace Conference.Runtime.Tests;

/// <summary>
/// Where tests and grains meet: named signals and named logs. Both runtimes run the silo in the test's own process, so statics reach everybody.
/// Names start with something unique to the test.
/// </summary>
public static class Stage
{
    /// <summary>Nothing here takes this long unless it is broken.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Signals = new();
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Logs = new();

    public static string NewName() => Guid.NewGuid().ToString("N");

    public static void Raise(string signal) => Of(signal).TrySetResult();

    public static Task When(string signal) => Of(signal).Task.WaitAsync(Bound);

    public static bool IsRaised(string signal) => Of(signal).Task.IsCompleted;

    public static void Log(string log, string entry) => Logs.GetOrAdd(log, _ => new()).Enqueue(entry);

    public static string[] LogOf(string log) => [.. Logs.GetOrAdd(log, _ => new())];

    /// <summary>Asks again and again until it holds; fails when it still does not after <see cref="Bound"/>.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        var deadline = Environment.TickCount64 + (long)Bound.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"Waited in vain: {what}.");
            await Task.Delay(10);
        }
    }

    private static TaskCompletionSource Of(string signal) =>
        Signals.GetOrAdd(signal, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
