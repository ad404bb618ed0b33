using System.Diagnostics;
using System.Text;
using Conference.Support;

namespace Conference.Benchmarks.Servers;

/// <summary>A server that is measured: a process inside the network namespace of the run.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int KeptCharacters = 20_000;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>CPU time so far, in nanoseconds.</summary>
    public long CpuNanoseconds => ProcessCpuClock.Nanoseconds(_process.Id);

    /// <summary>It has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Files it has open.</summary>
    public int Handles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    /// <summary>What it printed last.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Starts a program inside the namespace; this process' id is the program's own.</summary>
    public static ServerProcess Start(BenchNetwork network, string program, params IEnumerable<string> arguments) =>
        new(Process.Start(new ProcessStartInfo("ip", ["netns", "exec", network.Name, "sh", "-c", "ulimit -n $(ulimit -Hn); exec \"$@\"", "sh", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Waits until something holds; fails when the process ends before.</summary>
    public Task WaitAsync(Func<Task<bool>> isReady, string what) => Eventually.True(async () =>
    {
        if (HasExited) throw new InvalidOperationException($"{what} ended with {_process.ExitCode}:\n{Output}");
        return await isReady();
    }, () => Task.FromResult($"{what} is not ready:\n{Output}"));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output)
        {
            _output.AppendLine(line);
            if (_output.Length > KeptCharacters) _output.Remove(0, _output.Length / 2);
        }
    }
}
