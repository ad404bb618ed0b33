using System.Globalization;
using Conference.Benchmarks.Servers;

namespace Conference.Benchmarks.Latency;

/// <summary>
/// What was dropped on each part of the way of a packet, from the sender to the receiver, by the counter of whoever dropped it. Some count packets of all kinds; a sum of 0 says that nothing was lost there, sound
/// included.
/// </summary>
/// <param name="ClientSend">Packets that the publishers' sockets did not take.</param>
/// <param name="BeforePod">Packets that the kernel dropped between the publishers' sockets and the pod's: full backlogs of this machine's processors (both directions), and the servers' device.</param>
/// <param name="PodSocket">Datagrams for which the sockets in the servers' namespace had no room.</param>
/// <param name="Pod">What the pod dropped, by its own reasons.</param>
/// <param name="AfterPod">Packets that the kernel dropped between the pod's socket and the receivers': the queue of the servers' device, and both ends of the cable.</param>
/// <param name="ClientSocket">Datagrams for which sockets on this machine's side had no room; pictures that a receiver's filter drops are not among them.</param>
internal sealed record WhereLost(long ClientSend, long BeforePod, long PodSocket, SortedDictionary<string, long> Pod, long AfterPod, long ClientSocket)
{
    private const int DroppedOfBacklog = 1;

    /// <summary>All counters as they are now.</summary>
    public static async Task<WhereLost> ReadAsync(BenchNetwork network, ConferenceServer server, long clientSend)
    {
        var drops = MetricsText.Sums(await server.ScrapeAsync(), "media_drops_total", "reason");
        var device = DeviceDrops(await network.ReadAsync("cat", "/proc/net/dev"), "eth0");
        var cable = DeviceDrops(await File.ReadAllTextAsync("/proc/net/dev"), network.Cable);
        return new(
            clientSend, Backlog(await File.ReadAllTextAsync("/proc/net/softnet_stat")) + device.Received + cable.Sent,
            UdpDrops(await network.ReadAsync("cat", "/proc/net/snmp")) + UdpDrops6(await network.ReadAsync("cat", "/proc/net/snmp6")),
            drops, device.Sent + cable.Received + QueueDrops(await network.ReadAsync("tc", "-s", "qdisc", "show", "dev", "eth0")),
            UdpDrops(await File.ReadAllTextAsync("/proc/net/snmp")) + UdpDrops6(await File.ReadAllTextAsync("/proc/net/snmp6")));
    }

    /// <summary>What was added.</summary>
    public static WhereLost operator -(WhereLost after, WhereLost before) => new(
        after.ClientSend - before.ClientSend, after.BeforePod - before.BeforePod, after.PodSocket - before.PodSocket,
        new(after.Pod.Select(d => (d.Key, Value: d.Value - before.Pod.GetValueOrDefault(d.Key))).Where(d => d.Value > 0).ToDictionary(d => d.Key, d => d.Value)),
        after.AfterPod - before.AfterPod, after.ClientSocket - before.ClientSocket);

    /// <summary>Datagrams that all UDP sockets of a namespace had no room for, of the text of <c>/proc/net/snmp</c>: what their filters drop is not among them.</summary>
    public static long UdpDrops(string snmp)
    {
        var lines = snmp.Split('\n').Where(l => l.StartsWith("Udp: ", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        return lines is [var names, var values] ? names.Zip(values).Where(f => f.First is "RcvbufErrors" or "MemErrors").Sum(f => Number(f.Second)) : 0;
    }

    /// <summary>As <see cref="UdpDrops"/>, of <c>/proc/net/snmp6</c>.</summary>
    public static long UdpDrops6(string snmp) =>
        snmp.Split('\n').Select(l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(f => f is ["Udp6RcvbufErrors" or "Udp6MemErrors", _]).Sum(f => Number(f[1]));

    /// <summary>Packets dropped because a processor's backlog was full, of the text of <c>/proc/net/softnet_stat</c>.</summary>
    public static long Backlog(string softnet) =>
        softnet.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(l => long.Parse(l.Split(' ')[DroppedOfBacklog], NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>Packets that a device dropped, of the text of <c>/proc/net/dev</c>.</summary>
    public static (long Received, long Sent) DeviceDrops(string devices, string name)
    {
        foreach (var line in devices.Split('\n'))
        {
            var (device, rest) = (line.Split(':')[0].Trim(), line.Split(':').Last().Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (device == name) return (Number(rest[3]), Number(rest[11]));
        }
        return default;
    }

    /// <summary>Packets that a queueing discipline dropped, of what <c>tc -s qdisc</c> prints.</summary>
    public static long QueueDrops(string text)
    {
        const string mark = "(dropped ";
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? 0 : Number(text[(at + mark.Length)..].Split(',')[0]);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
