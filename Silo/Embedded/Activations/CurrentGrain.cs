using System.Reflection;

namespace Conference.Silo.Embedded.Activations;

/// <summary>
/// Orleans' thread-local "current grain", which its <c>Grain()</c> constructor and <c>RequestContext</c> read. Orleans.Core.Abstractions sets it
/// through internal methods only; the package's version is pinned exactly, and a missing method fails at the first grain, not silently.
/// </summary>
internal static class CurrentGrain
{
    private static readonly SetDelegate SetCurrent = Bind<SetDelegate>("SetExecutionContext");
    private static readonly ResetDelegate ResetCurrent = Bind<ResetDelegate>("ResetExecutionContext");

    private delegate void SetDelegate(IGrainContext context, out IGrainContext? previous);

    private delegate void ResetDelegate(IGrainContext? previous);

    public static IGrainContext? Enter(IGrainContext context)
    {
        SetCurrent(context, out var previous);
        return previous;
    }

    public static void Leave(IGrainContext? previous) => ResetCurrent(previous);

    private static TDelegate Bind<TDelegate>(string method)
        where TDelegate : Delegate
    {
        var type = typeof(Grain).Assembly.GetType("Orleans.Runtime.RuntimeContext", throwOnError: true)!;
        var parameters = typeof(TDelegate).GetMethod("Invoke")!.GetParameters().Select(p => p.ParameterType).ToArray();
        return type.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public, parameters)!.CreateDelegate<TDelegate>();
    }
}
