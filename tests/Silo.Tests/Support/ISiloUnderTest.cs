using Conference.Hosting.Http;

namespace Conference.Silo.Tests.Support;

/// <summary>A silo that tests dial, in this process or in one of its own.</summary>
public interface ISiloUnderTest
{
    /// <summary>What pods show.</summary>
    SharedSecret Secret { get; }

    /// <summary>Where a WebSocket is.</summary>
    Uri Socket(string path);
}
