namespace Conference.Runtime.Tests.Grains;

public interface INumberGrain : IGrainWithIntegerKey
{
    Task<long> Key();
}

public interface IGuidGrain : IGrainWithGuidKey
{
    Task<Guid> Key();
}

public interface ICompoundGrain : IGrainWithGuidCompoundKey
{
    Task<string> Key();
}

public interface INumberedCompoundGrain : IGrainWithIntegerCompoundKey
{
    Task<string> Key();
}

public interface IIdentityGrain : IGrainWithStringKey
{
    Task<string> Identity();

    /// <summary>A reference that came as an argument, called and handed back.</summary>
    Task<IIdentityGrain> Introduce(IIdentityGrain other);
}

/// <summary>Served by two classes.</summary>
public interface IAmbiguous : IGrainWithStringKey
{
    Task<string> Which();
}

/// <summary>Served by no class.</summary>
public interface IUnserved : IGrainWithStringKey
{
    Task Nothing();
}

public sealed class NumberGrain : Grain, INumberGrain
{
    public Task<long> Key() => Task.FromResult(this.GetPrimaryKeyLong());
}

public sealed class GuidGrain : Grain, IGuidGrain
{
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}

public sealed class CompoundGrain : Grain, ICompoundGrain
{
    public Task<string> Key() => Task.FromResult($"{this.GetPrimaryKey(out var extension)} {extension}");
}

public sealed class NumberedCompoundGrain : Grain, INumberedCompoundGrain
{
    public Task<string> Key() => Task.FromResult($"{this.GetPrimaryKeyLong(out var extension)} {extension}");
}

public sealed class IdentityGrain : Grain, IIdentityGrain
{
    public Task<string> Identity() => Task.FromResult(this.GetGrainId().ToString());

    public async Task<IIdentityGrain> Introduce(IIdentityGrain other)
    {
        Stage.Log(this.GetPrimaryKeyString(), await other.Identity());
        return other;
    }
}

public sealed class FirstAmbiguousGrain : Grain, IAmbiguous
{
    public Task<string> Which() => Task.FromResult("first");
}

public sealed class SecondAmbiguousGrain : Grain, IAmbiguous
{
    public Task<string> Which() => Task.FromResult("second");
}
