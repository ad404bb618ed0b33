using System.Text.Json;
using Conference.Load.Servers;
using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Benchmarks.Browsers;

/// <summary>A real Chromium on the page of the bench.</summary>
internal sealed class BrowserPeer : ISdpPeer, IAsyncDisposable
{
    private readonly Person _person;
    private string _offer = "offerToReceive(true, true)";

    private BrowserPeer(Person person) => _person = person;

    /// <summary>Starts one.</summary>
    /// <param name="playwright">Drives it.</param>
    /// <param name="number">The code of its painted picture.</param>
    /// <param name="folder">For its files.</param>
    public static async Task<BrowserPeer> OpenAsync(IPlaywright playwright, byte number, string folder)
    {
        var person = await Person.OpenAsync(playwright, new PersonSpec(number, $"Browser {number}"), folder);
        await person.Page.RouteAsync($"{BenchPage.Url}**", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = BenchPage.Html }));
        await person.Page.AddInitScriptAsync(BenchPage.Script);
        await person.Page.GotoAsync(BenchPage.Url);
        return new(person);
    }

    /// <summary>It is to receive one voice and one picture.</summary>
    /// <param name="red">It takes redundant sound (RFC 2198).</param>
    /// <param name="nack">It asks for lost sound again.</param>
    public BrowserPeer ToReceive(bool red = true, bool nack = true)
    {
        _offer = $"offerToReceive({(red ? "true" : "false")}, {(nack ? "true" : "false")})";
        return this;
    }

    /// <summary>It is to send its painted picture and its tone.</summary>
    /// <param name="height">Of the picture.</param>
    /// <param name="nack">It sends lost sound again.</param>
    public BrowserPeer ToSend(int height, bool nack = true)
    {
        _offer = $"offerToSend({height}, {(nack ? "true" : "false")})";
        return this;
    }

    /// <inheritdoc/>
    public Task<string> OfferAsync() => CallAsync<string>(_offer);

    /// <inheritdoc/>
    public Task<string> AnswerAsync(string offer) => CallAsync<string>($"answer({JsonSerializer.Serialize(offer)})");

    /// <inheritdoc/>
    public Task AcceptAsync(string answer) => CallAsync<string>($"accept({JsonSerializer.Serialize(answer)})");

    /// <summary>Waits until it is connected.</summary>
    public Task ConnectedAsync() => Eventually.True(async () => await CallAsync<string>("state()") == "connected", "the browser does not connect");

    /// <summary>Begins to take samples.</summary>
    public Task StartAsync() => CallAsync<string>("start()");

    /// <summary>Ends it: the samples.</summary>
    public Task<DecodeSample[]> StopAsync() => CallAsync<DecodeSample[]>("stop()");

    /// <summary>Closes the connection; another one may follow.</summary>
    public Task CloseAsync() => CallAsync<string>("close()");

    public ValueTask DisposeAsync() => _person.DisposeAsync();

    private async Task<T> CallAsync<T>(string call) => JsonSerializer.Deserialize<T>(await _person.Page.EvaluateAsync<string>($"async () => JSON.stringify(await bench.{call})"), JsonSerializerOptions.Web)!;
}

/// <summary>What a browser says it has decoded so far. Times are in milliseconds by its own clock.</summary>
/// <param name="At">When it said so.</param>
/// <param name="ShownAt">When the newest frame was shown; 0: none was.</param>
/// <param name="Frames">Frames shown.</param>
/// <param name="Concealed">Samples of sound that were made up.</param>
/// <param name="Silent">Of them, those of silence.</param>
/// <param name="Samples">All samples of sound that were played.</param>
/// <param name="Freezes">Freezes that have ended.</param>
/// <param name="FrozenMs">How long they were together.</param>
/// <param name="Decoded">Frames decoded.</param>
/// <param name="Dropped">Frames dropped.</param>
/// <param name="Height">Of the newest frame.</param>
/// <param name="Pli">Key frames asked for.</param>
/// <param name="Nack">Retransmissions asked for.</param>
/// <param name="Lost">Packets lost.</param>
/// <param name="Bytes">Bytes received.</param>
/// <param name="Fec">Redundant packets of sound that were received.</param>
/// <param name="SoundNack">Packets of sound asked for again.</param>
/// <param name="Skew">By how much the picture that is shown was made later than the sound that is heard; null: not known.</param>
/// <param name="SoundHeldMs">How long samples of sound waited in the browser before they were played, together.</param>
/// <param name="SoundPlayed">How many those are.</param>
/// <param name="PictureHeldMs">As <paramref name="SoundHeldMs"/>, of frames.</param>
/// <param name="PicturePlayed">How many those are.</param>
/// <param name="Outgoing">What it believes that it can send, in bits per second; 0: it does not say.</param>
/// <param name="SendWaitMs">How long packets of its picture waited before they were sent, together.</param>
/// <param name="PacketsSent">How many those are.</param>
/// <param name="FramesSent">Frames of its picture sent.</param>
/// <param name="Limited">What it says keeps its picture small.</param>
internal sealed record DecodeSample(
    double At, double ShownAt, long Frames, double Concealed, double Silent, double Samples, int Freezes, double FrozenMs, long Decoded, long Dropped, int Height, int Pli, int Nack, long Lost,
    double Bytes, long Fec, long SoundNack, double? Skew, double SoundHeldMs = 0, double SoundPlayed = 0, double PictureHeldMs = 0, double PicturePlayed = 0,
    double Outgoing = 0, double SendWaitMs = 0, double PacketsSent = 0, long FramesSent = 0, string Limited = "");
