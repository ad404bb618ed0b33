using System.Diagnostics;

namespace Conference.Support.Browser;

/// <summary>A network namespace joined to this machine by one cable, which can be cut: every packet is dropped, both ways, and no socket is told.</summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    /// <summary>This machine's end (RFC 5737 would be nicer, but browsers treat it as the internet; nothing else routes here).</summary>
    public const string Host = "10.213.77.1";

    private const string Guest = "10.213.77.2";

    /// <summary>Why none can be made here; null when it can.</summary>
    public static string? Obstacle =>
        Environment.UserName != "root" ? "needs root, to make a network namespace"
        : !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") ? "needs the package iproute2"
        : !File.Exists("/usr/sbin/iptables") ? "needs the package iptables"
        : null;

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    private string Cable => $"{Name}h";

    public static async Task<NetworkNamespace> CreateAsync()
    {
        var made = new NetworkNamespace($"conf{Environment.ProcessId % 100000}");
        await Run("ip", "netns", "add", made.Name);
        await Run("ip", "link", "add", made.Cable, "type", "veth", "peer", "name", "eth0", "netns", made.Name);
        await Run("ip", "addr", "add", $"{Host}/30", "dev", made.Cable);
        await Run("ip", "link", "set", made.Cable, "up");
        await made.Inside("ip", "addr", "add", $"{Guest}/30", "dev", "eth0");
        await made.Inside("ip", "link", "set", "eth0", "up");
        await made.Inside("ip", "link", "set", "lo", "up");
        await made.Inside("ip", "route", "add", "default", "via", Host);
        return made;
    }

    public async Task CutAsync()
    {
        await Inside("iptables", "-A", "INPUT", "-i", "eth0", "-j", "DROP");
        await Inside("iptables", "-A", "OUTPUT", "-o", "eth0", "-j", "DROP");
    }

    public Task HealAsync() => Inside("iptables", "-F");

    public async ValueTask DisposeAsync() => await Run("ip", "netns", "del", Name);

    private Task Inside(params string[] command) => Run(["ip", "netns", "exec", Name, .. command]);

    private static async Task Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {errors}");
    }
}
