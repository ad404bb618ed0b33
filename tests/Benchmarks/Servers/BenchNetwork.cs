using System.Diagnostics;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Benchmarks.Servers;

/// <summary>The network of one run: servers live in a namespace of their own, behind one veth, and clients on this machine's side of it.</summary>
internal sealed class BenchNetwork : IAsyncDisposable
{
    private BenchNetwork(string name, string net) => (Name, HostAddress, GuestAddress) = (name, $"{net}.1", $"{net}.2");

    /// <summary>Why none can be made; null: one can.</summary>
    public static string? Obstacle =>
        Environment.UserName != "root" ? "needs root, to make a network namespace"
        : !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") ? "needs the package iproute2"
        : !File.Exists("/usr/sbin/ethtool") && !File.Exists("/sbin/ethtool") ? "needs the package ethtool"
        : null;

    /// <summary>Of the namespace.</summary>
    public string Name { get; }

    /// <summary>This machine's end, where clients are.</summary>
    public string HostAddress { get; }

    /// <summary>The servers' end.</summary>
    public string GuestAddress { get; }

    /// <summary>Bytes that came from the servers, by the device's count.</summary>
    public long BytesFromServers => long.Parse(File.ReadAllText($"/sys/class/net/{Cable}/statistics/rx_bytes"));

    /// <summary>This machine's end, as a device.</summary>
    public string Cable => $"{Name}h";

    /// <summary>Makes it, with addresses that two runs at one time hardly share.</summary>
    public static async Task<BenchNetwork> CreateAsync()
    {
        var made = new BenchNetwork($"bench{Environment.ProcessId % 1_000_000}", $"10.214.{Environment.ProcessId % 250}");
        await RunAsync("ip", "netns", "add", made.Name);
        await RunAsync("ip", "link", "add", made.Cable, "type", "veth", "peer", "name", "eth0", "netns", made.Name);
        await RunAsync("ip", "addr", "add", $"{made.HostAddress}/30", "dev", made.Cable);
        await RunAsync("ip", "link", "set", made.Cable, "up");
        await made.InsideAsync("ip", "addr", "add", $"{made.GuestAddress}/30", "dev", "eth0");
        await made.InsideAsync("ip", "link", "set", "eth0", "up");
        await made.InsideAsync("ip", "link", "set", "lo", "up");
        await made.InsideAsync("ip", "route", "add", "default", "via", made.HostAddress);
        return made;
    }

    /// <summary>
    /// A packet that crosses a veth is received, up to the receiver's socket, on the account of whoever sent it. Not so when this machine's end polls on a thread of its own, as if it were another machine: then
    /// the servers' accounts hold what the servers do. The ring between the two ends is short, so the sending end gets a queue.
    /// </summary>
    public async Task ReceiveApartAsync()
    {
        await RunAsync("ethtool", "-K", Cable, "gro", "on");
        // A veth that segments TCP hands packets on in the sender's context all the same.
        await InsideAsync("ethtool", "-K", "eth0", "tso", "off");
        await File.WriteAllTextAsync($"/sys/class/net/{Cable}/threaded", "1");
        foreach (var poller in PollersOf(Cable)) await RunAsync("renice", "-n", $"{ThreadUrgency.Niceness}", "-p", poller);
        await InsideAsync("tc", "qdisc", "replace", "dev", "eth0", "root", "pfifo", "limit", "20000");
    }

    /// <summary>Whether the servers' device takes several datagrams at once and cuts them itself.</summary>
    public Task SegmentAsync(bool on) => InsideAsync("ethtool", "-K", "eth0", "tx-udp-segmentation", on ? "on" : "off");

    /// <summary>What a command inside prints.</summary>
    public async Task<string> ReadAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", Name, .. command]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}");
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("ip", "link", "del", Cable);
        await RunAsync("ip", "netns", "del", Name);
    }

    // The kernel's threads that poll a device: as urgent as the load client, because both stand for another machine.
    private static IEnumerable<string> PollersOf(string device)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.Combine(folder, "comm");
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.Exists(name) && TextOf(name).StartsWith($"napi/{device}", StringComparison.Ordinal)) yield return Path.GetFileName(folder);
        }
    }

    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // it ended meanwhile
        }
    }

    private Task InsideAsync(params string[] command) => RunAsync(["ip", "netns", "exec", Name, .. command]);

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {errors}");
    }
}
