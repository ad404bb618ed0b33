using System.Diagnostics;

namespace Conference.Sfu.Tests.Transports;

/// <summary>Runs where the `openssl` program is installed, and says so where it is not.</summary>
internal sealed class OpenSslTheoryAttribute : TheoryAttribute
{
    private static readonly bool IsInstalled = Path.Exists("/usr/bin/openssl") || Path.Exists("/usr/local/bin/openssl");

    public OpenSslTheoryAttribute()
    {
        if (!IsInstalled) Skip = "the openssl program is not installed (apt-get install openssl)";
    }
}

/// <summary>A running `openssl s_client` or `s_server`; its output is kept.</summary>
internal sealed class OpenSslProgram : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    public OpenSslProgram(string arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("openssl", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true, // stays open: end of input would end the association
            },
        };
        _process.OutputDataReceived += (_, e) => Note(e.Data);
        _process.ErrorDataReceived += (_, e) => Note(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get { lock (_lines) return string.Join('\n', _lines); }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>"Q" on a line of its own: end with close_notify.</summary>
    public void Quit() => _process.StandardInput.WriteLine("Q");

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit(5000);
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
    }
}
