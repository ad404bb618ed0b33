using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using Conference.Operator.Pods;

namespace Conference.Operator.Resources;

/// <summary>What the API server's schema cannot say: whether the parts of a spec fit together (docs/scaling.md, S1).</summary>
public static partial class PoolCheck
{
    /// <summary>Everything that is wrong with a spec, one sentence each, for the condition <c>Valid</c>; empty when it can be worked with.</summary>
    public static ImmutableArray<string> Faults(MediaPodPoolSpec spec)
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        if (string.IsNullOrWhiteSpace(spec.Image)) faults.Add("image is empty");
        if (spec.MinPods > spec.MaxPods) faults.Add($"minPods ({spec.MinPods}) is larger than maxPods ({spec.MaxPods})");
        if (spec.Buffer.Participants > (long)spec.MaxPods * spec.Capacity.Participants)
            faults.Add($"buffer.participants ({spec.Buffer.Participants}) is more than maxPods times capacity.participants ({(long)spec.MaxPods * spec.Capacity.Participants}): it could never be kept");
        foreach (var variable in spec.Template.Env)
            if (PodEnvironment.IsReserved(variable.Name)) faults.Add($"template.env: {variable.Name} is set by the operator");
        Ports(spec.Network, faults);
        Addresses(spec.Network, faults);
        return faults.ToImmutable();
    }

    private static void Ports(PoolNetwork network, ImmutableArray<string>.Builder faults)
    {
        var range = network.Ports;
        if (range.First > range.Last)
        {
            faults.Add($"network.udpPortRange: first ({range.First}) is larger than last ({range.Last})");
            return;
        }
        var ports = range.Last - range.First + 1;
        if (ports < network.Workers) faults.Add($"network.udpPortRange holds {ports} ports, but one pod needs {network.Workers} (network.workers)");
    }

    private static void Addresses(PoolNetwork network, ImmutableArray<string>.Builder faults)
    {
        if (network.Advertise is not { } text) return;
        if (text is PoolNetwork.NodeExternalIP or PoolNetwork.NodeInternalIP or PoolNetwork.PodIP) return;
        foreach (var part in text.Split(','))
            if (!IPAddress.TryParse(part, out _) && !HostName().IsMatch(part))
                faults.Add($"network.advertise: '{part}' is neither {PoolNetwork.NodeExternalIP}, {PoolNetwork.NodeInternalIP}, {PoolNetwork.PodIP}, nor an address, nor a DNS name");
    }

    // A name with capital letters is more likely a misspelt NodeExternalIP than a host.
    [GeneratedRegex(@"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$")]
    private static partial Regex HostName();
}
