using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Conference.Load.Media;

/// <summary>Pictures and sounds that ffmpeg encodes when they are needed.</summary>
/// <param name="folder">Where the files go.</param>
public sealed class Recordings(string folder)
{
    private const int FramesPerSecond = 30, KeyEvery = 7; // a key frame at least every 250 ms, to jump to
    private int _files;

    /// <summary>Encodes a moving test picture with VP8.</summary>
    /// <exception cref="LoadException">ffmpeg is missing or failed.</exception>
    public async Task<VideoFile> PictureAsync(int width, int height, int kilobits, int seconds, CancellationToken cancellation) =>
        await EncodeAsync(
            ["-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"testsrc2=size={width}x{height}:rate={FramesPerSecond},noise=alls=12:allf=t"), "-t", $"{seconds}"], FramesPerSecond, kilobits, cancellation).ConfigureAwait(false);

    /// <summary>Encodes a clip, such as a painted one, with VP8.</summary>
    /// <exception cref="LoadException">ffmpeg is missing or failed.</exception>
    public async Task<VideoFile> PictureAsync(string clip, int framesPerSecond, int kilobits, CancellationToken cancellation) =>
        await EncodeAsync(["-i", clip], framesPerSecond, kilobits, cancellation).ConfigureAwait(false);

    /// <summary>Encodes a sound file with Opus in packets of 20 ms, with in-band FEC.</summary>
    /// <exception cref="LoadException">ffmpeg is missing or failed.</exception>
    public async Task<SoundFile> SoundAsync(string clip, CancellationToken cancellation)
    {
        var file = Next("ogg");
        await RunAsync(["-i", clip, "-ac", "1", "-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-frame_duration", "20", "-fec", "1", "-packet_loss", "10", file], cancellation).ConfigureAwait(false);
        return Parse(file, bytes => SoundFile.Parse(bytes));
    }

    // Key frames of at most three times the mean: with a budget of its own an encoder begins with a frame of a second's worth, which comes again with every repetition.
    private async Task<VideoFile> EncodeAsync(string[] input, int framesPerSecond, int kilobits, CancellationToken cancellation)
    {
        var file = Next("ivf");
        await RunAsync(
            [
                .. input, "-c:v", "libvpx", "-pix_fmt", "yuv420p", "-b:v", $"{kilobits}k", "-maxrate", $"{kilobits}k", "-bufsize", $"{kilobits}k", "-max-intra-rate", "300", "-g", $"{KeyEvery * framesPerSecond / FramesPerSecond}",
                "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0", "-lag-in-frames", "0", "-error-resilient", "1", file,
            ], cancellation).ConfigureAwait(false);
        return Parse(file, bytes => VideoFile.Parse(bytes));
    }

    private string Next(string extension) => Path.Combine(folder, $"recording-{Interlocked.Increment(ref _files)}.{extension}");

    private static T Parse<T>(string file, Func<byte[], T> parse)
    {
        try
        {
            return parse(File.ReadAllBytes(file));
        }
        catch (FormatException e)
        {
            throw new LoadException($"what ffmpeg wrote cannot be read: {e.Message}", e);
        }
    }

    private static async Task RunAsync(string[] arguments, CancellationToken cancellation)
    {
        try
        {
            using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-y", .. arguments]) { RedirectStandardError = true, RedirectStandardInput = true })!;
            ffmpeg.StandardInput.Close();
            var errors = await ffmpeg.StandardError.ReadToEndAsync(cancellation).ConfigureAwait(false);
            await ffmpeg.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (ffmpeg.ExitCode != 0) throw new LoadException($"ffmpeg failed: {errors}");
        }
        catch (Win32Exception e)
        {
            throw new LoadException("recordings need the program ffmpeg", e);
        }
    }
}
