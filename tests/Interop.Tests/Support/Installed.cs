using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Conference.Interop.Tests.Support;

/// <summary>Which foreign stacks this machine has, and how each is started.</summary>
internal static class Installed
{
    // Debian's, by path: another Python in front of it would not see Debian's modules.
    private const string Python = "/usr/bin/python3";
    private static readonly ConcurrentDictionary<Stack, Lazy<string?>> Reasons = new();

    private const string FindElements = """
        import gi
        gi.require_version('Gst', '1.0'); gi.require_version('GstSdp', '1.0'); gi.require_version('GstWebRTC', '1.0')
        from gi.repository import Gst, GstSdp, GstWebRTC
        Gst.init(None)
        missing = [e for e in 'webrtcbin nicesink dtlsenc srtpenc vp8enc vp8dec opusenc opusdec rtpvp8pay rtpopuspay openh264enc openh264dec'.split() if not Gst.ElementFactory.find(e)]
        if missing: raise SystemExit('no ' + ' '.join(missing))
        """;

    /// <summary>Why a stack cannot be used; null: it can.</summary>
    public static string? WhyNot(Stack stack) => Reasons.GetOrAdd(stack, s => new Lazy<string?>(() => Look(s))).Value;

    /// <summary>The program and its first arguments. Fetches what the stack needs and the system does not bring.</summary>
    public static async Task<(string Program, string Script)> PrepareAsync(Stack stack)
    {
        if (stack == Stack.Wrtc) await NodePackages.InstallAsync(Path.Combine(Folder, "node"));
        return stack switch
        {
            Stack.Wrtc => ("node", Path.Combine(Folder, "node/wrtc.mjs")),
            Stack.Aiortc => (Python, Path.Combine(Folder, "python/aiortc_client.py")),
            _ => (Python, Path.Combine(Folder, "python/gstreamer_client.py")),
        };
    }

    private static string? Look(Stack stack) => stack switch
    {
        Stack.Wrtc => NodePackages.Obstacle,
        Stack.Aiortc => Fails(Python, "-c", "import aiortc"),
        _ => Fails(Python, "-c", FindElements),
    } is { } reason ? $"{stack} is not installed (build/debian-packages.txt): {reason}" : null;

    private static string? Fails(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Split('\n')[^1];
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }

    private static string Folder => Path.Combine(Checkout.Folder, "tests/Interop.Tests");
}
