using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Conference.Interop.Tests.Support;

/// <summary>
/// A foreign WebRTC client in a process of its own. It prints one JSON object a line; what it decoded is recognised here, once for all stacks.
/// </summary>
internal sealed class ForeignClient : IAsyncDisposable
{
    private const byte Middle = 127;
    private const double SameTone = 25;

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<LinkAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _deleted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<(int Number, int Step), int> _pictures = new();
    private readonly ConcurrentDictionary<int, int> _tones = new();
    private string _state = "new";
    private string _offer = "";
    private int _frames;
    private int _samples;

    private ForeignClient(Stack stack, string program, IEnumerable<string> arguments)
    {
        Stack = stack;
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Log(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Stack Stack { get; }

    /// <summary>What it calls the state of its connection.</summary>
    public string State => Volatile.Read(ref _state);

    /// <summary>Its offer.</summary>
    public string Offer => Volatile.Read(ref _offer);

    /// <summary>Decoded frames.</summary>
    public int Frames => Volatile.Read(ref _frames);

    /// <summary>Decoded samples.</summary>
    public int Samples => Volatile.Read(ref _samples);

    /// <summary>Publishes the files of <paramref name="brought"/>.</summary>
    public static Task<ForeignClient> PublishAsync(Stack stack, StreamLink link, Brought brought, params string[] extra) =>
        StartAsync(stack, "publish", link, ["--video", brought.Video, "--audio", brought.Audio, .. extra]);

    /// <summary>Plays one sound and one picture.</summary>
    public static Task<ForeignClient> PlayAsync(Stack stack, StreamLink link, params string[] extra) => StartAsync(stack, "play", link, extra);

    /// <summary>The answer to its offer.</summary>
    public async Task<LinkAnswer> AnswerAsync()
    {
        if (await Task.WhenAny(_answer.Task, Task.Delay(Eventually.Bound)) != _answer.Task) throw new TimeoutException($"no answer: {this}");
        return await _answer.Task;
    }

    /// <summary>Whether it has decoded at least three different moving steps of the picture with this number.</summary>
    public bool Sees(int number) => _pictures.Keys.Where(p => p.Number == number && p.Step >= 0).Select(p => p.Step).Distinct().Count() >= 3;

    /// <summary>Whether it has heard this tone, more than once.</summary>
    public bool Hears(int hertz) => _tones.Where(t => Math.Abs(t.Key - hertz) < SameTone).Sum(t => t.Value) >= 3;

    /// <summary>Lets it delete its session; the status it got.</summary>
    public async Task<int> DeleteAsync()
    {
        await _process.StandardInput.WriteLineAsync("delete");
        if (await Task.WhenAny(_deleted.Task, Task.Delay(Eventually.Bound)) != _deleted.Task) throw new TimeoutException($"not deleted: {this}");
        return await _deleted.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public override string ToString()
    {
        var seen = string.Join(' ', _pictures.Select(p => $"{p.Key.Number}/{p.Key.Step}x{p.Value}"));
        var heard = string.Join(' ', _tones.Select(t => $"{t.Key}x{t.Value}"));
        lock (_log) return $"{Stack} {State}, {Frames} frames ({seen}), {Samples} samples ({heard})\n{_log}";
    }

    private static async Task<ForeignClient> StartAsync(Stack stack, string mode, StreamLink link, IEnumerable<string> rest)
    {
        var (program, script) = await Installed.PrepareAsync(stack);
        return new ForeignClient(stack, program, [script, mode, "--url", link.Url.ToString(), "--bearer", link.Bearer, .. rest]);
    }

    private void Read(string? line)
    {
        if (line is null) return;
        if (!line.StartsWith('{'))
        {
            Log(line);
            return;
        }
        try
        {
            using var said = JsonDocument.Parse(line);
            Take(line, said.RootElement);
        }
        catch (JsonException)
        {
            Log(line); // a process that is ended stops in the middle of a line
        }
    }

    private void Take(string line, JsonElement facts)
    {
        switch (facts.GetProperty("event").GetString())
        {
            case "offer": Volatile.Write(ref _offer, facts.GetProperty("sdp").GetString()!); break;
            case "answer": _answer.TrySetResult(facts.Deserialize<LinkAnswer>(JsonSerializerOptions.Web)!); break;
            case "state": Volatile.Write(ref _state, facts.GetProperty("state").GetString()!); break;
            case "picture": See(facts); break;
            case "sound": Hear(facts); break;
            case "deleted": _deleted.TrySetResult(facts.GetProperty("status").GetInt32()); break;
            default: Log(line); break;
        }
    }

    private void See(JsonElement facts)
    {
        Volatile.Write(ref _frames, facts.GetProperty("frames").GetInt32());
        var squares = facts.GetProperty("squares").EnumerateArray().Select((value, bit) => value.GetInt32() > Middle ? 1 << bit : 0).Sum();
        var bars = facts.GetProperty("bars").EnumerateArray().Select(value => value.GetInt32()).ToList();
        var step = bars.Max() > Middle ? bars.IndexOf(bars.Max()) : -1;
        _pictures.AddOrUpdate((squares, step), 1, (_, count) => count + 1);
    }

    private void Hear(JsonElement facts)
    {
        Volatile.Write(ref _samples, facts.GetProperty("samples").GetInt32());
        var pcm = MemoryMarshal.Cast<byte, short>(facts.GetProperty("pcm").GetBytesFromBase64());
        if (Tones.Loudest(pcm, facts.GetProperty("rate").GetInt32()) is { } hertz) _tones.AddOrUpdate((int)Math.Round(hertz), 1, (_, count) => count + 1);
    }

    private void Log(string? line)
    {
        if (line is null) return;
        lock (_log) _log.AppendLine(line);
    }
}

/// <summary>What a publisher shows and says.</summary>
/// <param name="Number">The code painted into its picture.</param>
/// <param name="Hertz">The fundamental of its voice.</param>
/// <param name="Video">A y4m file.</param>
/// <param name="Audio">A wav file.</param>
internal sealed record Brought(byte Number, int Hertz, string Video, string Audio)
{
    public static Brought Write(string folder, byte number) =>
        new(number, 500 + 130 * number, PaintedVideo.Write(folder, number), ToneFile.Write(folder, 500 + 130 * number));
}
