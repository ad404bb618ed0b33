namespace Conference.Interop.Tests.Support;

/// <summary>The product as people start it, one for all tests; each makes a meeting of its own.</summary>
public sealed class Installation : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private StandaloneProcess _standalone = null!;

    /// <summary>Asks the Gateway.</summary>
    internal HttpClient Http { get; private set; } = null!;

    /// <summary>What it has printed.</summary>
    internal string Output => _standalone.Output;

    public async Task InitializeAsync()
    {
        // TURN servers that nobody asks: the answers must name them. This machine opens more links than one person does.
        var variables = new Dictionary<string, string> { ["CONFERENCE_TURN_SECRET"] = "shared with turn.example.org" };
        _standalone = await StandaloneProcess.StartAsync(_folder.Path, variables, "--turn", "turn:turn.example.org:3478?transport=udp", "--unlimited", "127.0.0.1");
        Http = new HttpClient { BaseAddress = _standalone.Url };
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _standalone.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The media pod's counters that are not zero.</summary>
    internal async Task<string> CountersAsync()
    {
        var metrics = await Http.GetStringAsync("metrics");
        return string.Join('\n', metrics.Split('\n').Where(line => line.StartsWith("media", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal)));
    }
}

/// <summary>Shares the <see cref="Installation"/>.</summary>
[CollectionDefinition(Name)]
public sealed class InstallationTests : ICollectionFixture<Installation>
{
    public const string Name = "installation";
}
