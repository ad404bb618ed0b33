using System.Net;
using System.Net.Sockets;

namespace Conference.MediaPod.Host;

/// <summary>
/// Settings that are not known when the pod is created: <c>NAME_file</c> names a file that holds the setting, and the pod waits at its start until something stands in it. On Kubernetes the
/// operator learns of node and load balancer only after it has created the pod; it writes them to annotations, and the kubelet writes those to files. docs/running.md lists the settings.
/// </summary>
/// <param name="read">The value of a setting by its name; null or empty: not set.</param>
/// <param name="time">The clock of the wait.</param>
public sealed class SettingFiles(Func<string, string?> read, TimeProvider time)
{
    /// <summary>How long a file may stay empty.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the files; then every setting can be read, wherever it stands.</summary>
    /// <exception cref="PodSettingException">A file stayed empty, or names a host that cannot be found.</exception>
    public async Task<Func<string, string?>> ReadAsync(CancellationToken cancellation)
    {
        var found = new Dictionary<string, string>
        {
            ["region"] = await WaitAsync("region", cancellation).ConfigureAwait(false) ?? "",
            ["public_address"] = await AddressesAsync(await WaitAsync("public_address", cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false) ?? "",
        };
        return name => read(name) is { Length: > 0 } set ? set : found.GetValueOrDefault(name);
    }

    private async Task<string?> WaitAsync(string name, CancellationToken cancellation)
    {
        if (read(name) is { Length: > 0 } || read($"{name}_file") is not { Length: > 0 } path) return null;
        var begun = time.GetTimestamp();
        while (true)
        {
            if (await ReadFileAsync(path, cancellation).ConfigureAwait(false) is { Length: > 0 } text) return text;
            if (time.GetElapsedTime(begun) > Patience) throw new PodSettingException($"the setting '{name}_file' names '{path}', where nothing stands after {Patience.TotalMinutes:0} minutes");
            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<string?> ReadFileAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return (await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false)).Trim();
        }
        catch (IOException)
        {
            return null; // the kubelet replaces the folder that it is in
        }
    }

    /// <summary>A load balancer may have only a name; what is advertised are addresses.</summary>
    private static async Task<string?> AddressesAsync(string? text, CancellationToken cancellation)
    {
        if (text is null) return null;
        var addresses = new List<IPAddress>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            addresses.AddRange(IPAddress.TryParse(part, out var address) ? [address] : await FindAsync(part, cancellation).ConfigureAwait(false));
        return string.Join(',', addresses);
    }

    private static async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellation)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new PodSettingException($"the host '{host}' in the setting 'public_address_file' cannot be found: {e.Message}");
        }
    }
}
