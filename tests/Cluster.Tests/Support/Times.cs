using System.Diagnostics;
using System.Globalization;
using Conference.Support;

namespace Conference.Cluster.Tests.Support;

/// <summary>What was measured, in a file that <c>./test</c> prints after the suite: a runner shows the output of failed tests only.</summary>
internal static class Times
{
    private static readonly string File = Path.Combine(Checkout.Folder, "artifacts/test-results/Cluster.times");
    private static readonly Lock Gate = new();

    public static void Begin()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "");
    }

    public static void Note(string what)
    {
        lock (Gate) System.IO.File.AppendAllText(File, what + "\n");
    }

    public static void Note(string what, TimeSpan time) => Note(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.0} s"));

    public static async Task<T> MeasureAsync<T>(string what, Func<Task<T>> work)
    {
        var clock = Stopwatch.StartNew();
        var result = await work();
        Note(what, clock.Elapsed);
        return result;
    }

    public static Task MeasureAsync(string what, Func<Task> work) => MeasureAsync(what, async () =>
    {
        await work();
        return 0;
    });
}
