using System.Diagnostics;

namespace Conference.Support.Browser;

/// <summary>A network namespace joined to this machine by one cable. What passes the cable can be cut, filtered and translated; no socket is told.</summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    /// <summary>This machine's end (RFC 5737 would be nicer, but browsers treat it as the internet; nothing else routes here).</summary>
    public const string Host = "10.213.77.1";

    /// <summary>This machine's end of a cable that knows IPv6 alone (RFC 4193).</summary>
    public const string Host6 = "fd77:213::1";

    private const string Guest = "10.213.77.2";
    private const string OtherGuest = "10.213.77.3";
    private const string Guest6 = "fd77:213::2";

    private static int s_made;

    /// <summary>Why none can be made here; null when it can.</summary>
    public static string? Obstacle =>
        Environment.UserName != "root" ? "needs root, to make a network namespace"
        : !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") ? "needs the package iproute2"
        : !File.Exists("/usr/sbin/iptables") ? "needs the package iptables"
        : !File.Exists("/usr/sbin/conntrack") ? "needs the package conntrack"
        : null;

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    private string Cable => $"{Name}h";

    public static async Task<NetworkNamespace> CreateAsync()
    {
        var made = await JoinAsync();
        await Run("ip", "addr", "add", $"{Host}/29", "dev", made.Cable);
        await made.Inside("ip", "addr", "add", $"{Guest}/29", "dev", "eth0");
        await made.Inside("ip", "route", "add", "default", "via", Host);
        return made;
    }

    /// <summary>One whose inside has no IPv4 at all.</summary>
    public static async Task<NetworkNamespace> CreateWithIPv6AloneAsync()
    {
        var made = await JoinAsync();
        // Without waiting whether somebody else has the address.
        await Run("ip", "addr", "add", $"{Host6}/64", "dev", made.Cable, "nodad");
        await made.Inside("ip", "addr", "add", $"{Guest6}/64", "dev", "eth0", "nodad");
        await made.Inside("ip", "-6", "route", "add", "default", "via", Host6);
        return made;
    }

    public async Task CutAsync()
    {
        await Inside("iptables", "-A", "INPUT", "-i", "eth0", "-j", "DROP");
        await Inside("iptables", "-A", "OUTPUT", "-o", "eth0", "-j", "DROP");
    }

    /// <summary>Lets no UDP through, as the firewalls of some companies do.</summary>
    public async Task DropUdpAsync()
    {
        await Inside("iptables", "-A", "INPUT", "-i", "eth0", "-p", "udp", "-j", "DROP");
        await Inside("iptables", "-A", "OUTPUT", "-o", "eth0", "-p", "udp", "-j", "DROP");
    }

    /// <summary>Lets nothing through but TCP to these ports.</summary>
    public async Task AllowOnlyTcpAsync(params int[] ports)
    {
        await DropUdpAsync();
        await Inside("iptables", "-A", "OUTPUT", "-o", "eth0", "-p", "tcp", "-m", "multiport", "!", "--dports", string.Join(',', ports), "-j", "DROP");
    }

    /// <summary>Lets no packet through to one UDP or TCP port.</summary>
    public Task DropPortAsync(string protocol, int port) => Inside("iptables", "-A", "OUTPUT", "-o", "eth0", "-p", protocol, "--dport", $"{port}", "-j", "DROP");

    public Task HealAsync() => Inside("iptables", "-F");

    /// <summary>From now on a NAT gives every UDP flow a port of its own choice.</summary>
    public Task TranslateAsync() => Inside("iptables", "-t", "nat", "-A", "POSTROUTING", "-o", "eth0", "-p", "udp", "-j", "MASQUERADE", "--to-ports", "50000-59999", "--random");

    /// <summary>The ports that the NAT has given to flows which are answered.</summary>
    public async Task<int[]> TranslatedPortsAsync()
    {
        var flows = await Inside("conntrack", "-L", "-p", "udp");
        return [.. flows.Split('\n').Where(flow => flow.Contains("[ASSURED]", StringComparison.Ordinal)).Select(flow => int.Parse(flow[(flow.LastIndexOf("dport=", StringComparison.Ordinal) + 6)..].Split(' ')[0]))];
    }

    /// <summary>The NAT forgets its flows: the next packet of each gets another port.</summary>
    public Task RebindAsync() => Inside("conntrack", "-D", "-p", "udp");

    /// <summary>The inside gets another address and loses the one it had: another network, as from Wi-Fi to a mobile one.</summary>
    public async Task MoveAsync()
    {
        await Inside("ip", "addr", "add", $"{OtherGuest}/29", "dev", "eth0");
        await Inside("ip", "addr", "del", $"{Guest}/29", "dev", "eth0");
        // The route may have gone with the address.
        await Inside("ip", "addr", "replace", $"{OtherGuest}/29", "dev", "eth0");
        await Inside("ip", "route", "replace", "default", "via", Host);
    }

    public async ValueTask DisposeAsync()
    {
        // The namespace lives as long as its last process, and the next one has the same addresses.
        await Run("ip", "link", "del", Cable);
        await Run("ip", "netns", "del", Name);
    }

    private static async Task<NetworkNamespace> JoinAsync()
    {
        var made = new NetworkNamespace($"cf{Environment.ProcessId % 1_000_000}n{Interlocked.Increment(ref s_made)}");
        await Run("ip", "netns", "add", made.Name);
        await Run("ip", "link", "add", made.Cable, "type", "veth", "peer", "name", "eth0", "netns", made.Name);
        await Run("ip", "link", "set", made.Cable, "up");
        await made.Inside("ip", "link", "set", "eth0", "up");
        await made.Inside("ip", "link", "set", "lo", "up");
        return made;
    }

    private Task<string> Inside(params string[] command) => Run(["ip", "netns", "exec", Name, .. command]);

    private static async Task<string> Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {errors}");
        return await output;
    }
}
