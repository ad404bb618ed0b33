using Conference.Support;

namespace Conference.Silo.Tests.Journal;

/// <summary>A test that needs the server. It stands in this namespace so that the tests that both stores share mean it here.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactAttribute : Xunit.FactAttribute
{
    public FactAttribute() => Skip = PostgresServer.Missing!;
}

/// <summary>As <see cref="FactAttribute"/>, with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryAttribute : Xunit.TheoryAttribute
{
    public TheoryAttribute() => Skip = PostgresServer.Missing!;
}
