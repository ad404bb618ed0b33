using System.Reflection;

namespace Conference.MediaPod.Host.Agent;

/// <summary>The program's version; pods of unlike major versions never share a meeting.</summary>
internal static class PodVersion
{
    /// <summary>As <c>1.0.0</c>.</summary>
    public static string Current { get; } = typeof(PodVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
