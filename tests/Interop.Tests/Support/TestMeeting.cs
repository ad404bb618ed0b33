namespace Conference.Interop.Tests.Support;

/// <summary>A meeting with links to publish to it and to play it.</summary>
internal sealed class TestMeeting : IAsyncDisposable
{
    private readonly ScriptedSilo _silo;

    private TestMeeting(ScriptedSilo silo) => _silo = silo;

    public StreamLink PublishLink => new(new Uri(_silo.Pod, $"media/{ScriptedSilo.PodId}/whip"), _silo.Ticket("ann"));

    public StreamLink PlayLink => new(new Uri(_silo.Pod, $"media/{ScriptedSilo.PodId}/whep"), _silo.Ticket("bob"));

    public static async Task<TestMeeting> StartAsync() => new(await ScriptedSilo.StartAsync("ann", "bob"));

    /// <summary>The media pod's counters that are not zero.</summary>
    public async Task<string> DescribeAsync()
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(_silo.Pod, "metrics"));
        return string.Join('\n', metrics.Split('\n').Where(line => line.StartsWith("media", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal)));
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();
}
