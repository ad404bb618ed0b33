using FsCheck;
using FsCheck.Fluent;

namespace Conference.Wire.Tests;

/// <summary>Runs FsCheck properties with a fixed seed, so that every run sees the same inputs.</summary>
internal static class Property
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20300101, 1);

    public static void ForAll<T>(Arbitrary<T> values, Func<T, bool> holds) => Prop.ForAll(values, holds).Check(Seeded);

    public static void ForAll<T>(Func<T, bool> holds) => ForAll(ArbMap.Default.ArbFor<T>(), holds);

    public static void ForAll<T1, T2>(Func<T1, T2, bool> holds) => Prop.ForAll(ArbMap.Default.ArbFor<T1>(), ArbMap.Default.ArbFor<T2>(), holds).Check(Seeded);
}
