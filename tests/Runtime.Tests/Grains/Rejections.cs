using Orleans.Runtime;

namespace Conference.Runtime.Tests.Grains;

/// <summary>
/// Orleans rejects a call that met a leaving activation twice in a row; the call has not run, and its caller is expected to try again. The embedded runtime waits
/// for the next activation instead, so there it never happens.
/// </summary>
internal static class Rejections
{
    public static async Task RetryAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (OrleansMessageRejectionException)
            {
                // Not run: again.
            }
        }
    }
}
