namespace Conference.Hosting.Http;

/// <summary>Headers that services set for each other; the Gateway overwrites whatever a client sends in them.</summary>
public static class ServiceHeaders
{
    /// <summary>The region of the Gateway that a request came in through.</summary>
    public const string Region = "X-Conference-Region";
}
