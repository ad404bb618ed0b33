namespace Conference.Runtime.Tests.Grains;

public interface IContextGrain : IGrainWithStringKey
{
    /// <summary>What came along under "who", before and after changing it.</summary>
    Task<string[]> Who(string becomes);

    /// <summary>What the next grain sees.</summary>
    Task<string[]> Forward(string next);
}

public sealed class ContextGrain : Grain, IContextGrain
{
    private static readonly AsyncLocal<string?> Ambient = new();

    public static AsyncLocal<string?> NotCarried => Ambient;

    public Task<string[]> Who(string becomes)
    {
        var seen = RequestContext.Get("who") as string ?? "nobody";
        RequestContext.Set("who", becomes);
        return Task.FromResult(new[] { seen, (string)RequestContext.Get("who")!, Ambient.Value ?? "nothing" });
    }

    public Task<string[]> Forward(string next) => GrainFactory.GetGrain<IContextGrain>(next).Who("next");
}
