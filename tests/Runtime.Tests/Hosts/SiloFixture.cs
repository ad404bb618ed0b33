namespace Conference.Runtime.Tests.Hosts;

/// <summary>One silo for all tests that do not stop it or need their own settings.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    public IGrainHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await GrainHosts.Start(new GrainHostSettings());

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

[CollectionDefinition("silo")]
public sealed class SiloCollection : ICollectionFixture<SiloFixture>;
