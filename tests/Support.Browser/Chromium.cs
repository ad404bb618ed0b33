namespace Conference.Support.Browser;

/// <summary>How Debian's Chromium is started.</summary>
public static class Chromium
{
    public const string Path = "/usr/bin/chromium";

    /// <summary>The program to start: Chromium, or a script that starts it inside a network namespace.</summary>
    public static string Executable(string? networkNamespace, string folder)
    {
        if (networkNamespace is null) return Path;
        var script = System.IO.Path.Combine(folder, $"chromium-in-{networkNamespace}");
        File.WriteAllText(script, $"#!/bin/sh\nexec ip netns exec {networkNamespace} {Path} \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }

    public static IEnumerable<string> Arguments(PersonSpec spec, string folder)
    {
        yield return "--no-sandbox";
        yield return "--disable-quic";
        yield return "--no-first-run";
        yield return "--disable-background-networking";
        yield return "--disable-component-update";
        yield return "--disable-sync";
        yield return "--disable-gpu";
        if (spec.MayAutoplay) yield return "--autoplay-policy=no-user-gesture-required";
        else yield return "--autoplay-policy=document-user-activation-required";
        if (spec.TrustsAnyCertificate) yield return "--ignore-certificate-errors";
        if (spec.TrustedOrigin is { } origin) yield return $"--unsafely-treat-insecure-origin-as-secure={origin}";
        if (!spec.HasDevices) yield break;
        if (spec.SharesTab is { } tab) yield return $"--auto-select-tab-capture-source-by-title={tab}";
        else if (spec.GrantsDevices) yield return "--use-fake-ui-for-media-stream";
        yield return "--use-fake-device-for-media-stream";
        var picture = PaintedVideo.Write(folder, spec.Number);
        if (!spec.CameraGivesFrames) CutShort(picture);
        yield return $"--use-file-for-fake-video-capture={picture}";
        yield return $"--use-file-for-fake-audio-capture={ToneFile.Write(folder, spec.Hertz)}";
    }

    // The first line says what the camera is; no frame behind it is whole.
    private static void CutShort(string clip)
    {
        using var file = File.OpenWrite(clip);
        file.SetLength(100);
    }
}
