using System.Diagnostics;

namespace Conference.JournalProof;

/// <summary>Starts this program as a process of its own.</summary>
internal static class ChildProcess
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Conference.JournalProof.dll");

    public static Process Start(IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment)
    {
        var dotnet = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(dotnet, ["exec", Program, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        // Hundreds of short lives: code that is quick to compile is worth more here than code that is quick to run.
        if (args.First() == "commands") start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }
}
