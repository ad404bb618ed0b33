using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Conference.Support;

/// <summary>
/// Debian's PostgreSQL on a free port of this machine, with a data folder of its own that goes with it. It does not outlive this process, however that ends. It
/// can be stopped, killed and frozen as servers are in bad hours.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>The superuser, who needs no password.</summary>
    public const string User = "conference";

    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0).Select(path => Path.Combine(path, "bin"))
            .LastOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
        : null;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("postgres-");
    private Process? _guard;

    private PostgresServer()
    {
    }

    /// <summary>Why there can be no server here; null: there can.</summary>
    public static string? Missing => Programs is null ? "Debian's package postgresql is not installed" : null;

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; } = FreePorts.Tcp();

    private string Data => Path.Combine(_folder.FullName, "data");

    private string LogFile => Path.Combine(_folder.FullName, "log");

    /// <summary>A connection string without a password.</summary>
    public string ConnectionString(string database = "postgres") => $"Host=127.0.0.1;Port={Port};Username={User};Database={database}";

    /// <summary>Makes the data folder and starts the server.</summary>
    public static PostgresServer Start()
    {
        var server = new PostgresServer();
        try
        {
            if (Environment.IsPrivilegedProcess) Run("chown", "postgres", server._folder.FullName);
            Run([.. AsServerUser(), Path.Combine(Programs!, "initdb"), "-D", server.Data, "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
            server.Begin();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts the server again on its data, and waits until it takes connections, having recovered.</summary>
    public void Begin()
    {
        for (var clock = Stopwatch.StartNew(); ; Pause())
        {
            // The server lives as long as the pipe to its guard. What a killed one left may still be ending, so this may need another try.
            if (_guard is null or { HasExited: true }) _guard = StartGuard();
            if (TryRun([Path.Combine(Programs!, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", $"{Port}"])) return;
            if (clock.Elapsed > TimeSpan.FromSeconds(60)) throw new TimeoutException($"PostgreSQL does not start: {File.ReadAllText(LogFile)}");
        }
    }

    /// <summary>kill -9 of the server and everything it has started: what was not synced is what the kernel still has.</summary>
    public void Kill() => End("KILL");

    /// <summary>The server drops all connections at once and ends without a checkpoint.</summary>
    public void StopImmediately() => End("QUIT");

    /// <summary>No process of the server does anything any more, and no connection says so.</summary>
    public void Freeze() => Signal("STOP", Processes());

    /// <summary>They go on as if nothing had been.</summary>
    public void Thaw() => Signal("CONT", Processes());

    /// <summary>Ends it and removes its data.</summary>
    public void Dispose()
    {
        if (_guard is not null) Kill();
        _guard?.Dispose();
        _guard = null;
        if (_folder.Exists) _folder.Delete(recursive: true);
    }

    private void End(string signal)
    {
        var processes = Processes();
        if (signal == "KILL") Signal(signal, processes);
        else if (processes.Count > 0) Signal(signal, processes[..1]);
        for (var clock = Stopwatch.StartNew(); processes.Any(IsAlive); Pause())
            if (clock.Elapsed > TimeSpan.FromSeconds(30)) throw new TimeoutException("PostgreSQL does not end.");
        _guard?.StandardInput.Close();
        _guard?.WaitForExit();
    }

    private Process StartGuard()
    {
        // The shell's own server, which it ends when this process closes the pipe or is gone.
        string[] server = [.. AsServerUser(), Path.Combine(Programs!, "postgres"), "-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "max_connections=200", "-c", "logging_collector=off"];
        var start = new ProcessStartInfo("sh", ["-c", "exec 2>/dev/null; log=$1; shift; exec 3<&0; \"$@\" >>\"$log\" 2>&1 </dev/null 3<&- & p=$!; (cat <&3 >/dev/null; kill -KILL $p 2>/dev/null) & wait $p; exec 3<&-; kill $! 2>/dev/null", "guard", LogFile, .. server])
        {
            RedirectStandardInput = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>The server and its children, the server first.</summary>
    private List<int> Processes()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(file) || File.ReadLines(file).FirstOrDefault() is not { } line || !int.TryParse(line, out var server) || !IsAlive(server)) return [];
        var children = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out var id) && ParentOf(id) == server).Select(name => int.Parse(name!));
        return [server, .. children];
    }

    private static int ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static bool IsAlive(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Some may have ended meanwhile.
    private static void Signal(string signal, List<int> processes)
    {
        if (processes.Count > 0) TryRun(["kill", $"-{signal}", .. processes.Select(id => $"{id}")]);
    }

    /// <summary>initdb and the server refuse to run as root.</summary>
    private static string[] AsServerUser() => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

    private static void Run(params string[] command)
    {
        using var process = StartQuietly(command);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command[0]} failed: {errors}{output.GetAwaiter().GetResult()}");
    }

    private static bool TryRun(string[] command)
    {
        using var process = StartQuietly(command);
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardError.ReadToEnd();
        output.GetAwaiter().GetResult();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static Process StartQuietly(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    })!;

    private static void Pause()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(TimeSpan.FromMilliseconds(30));
    }
}
