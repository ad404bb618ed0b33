using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Conference.Contracts.Api;
using Conference.Contracts.Signaling;
using Conference.Silo.Tests.Journal;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Silos;

/// <summary>Somebody who says one thing after the other, each until it is acknowledged, and comes back to whichever silo lets them in: what a page does, without its pauses.</summary>
public sealed class Talker : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(60);

    private readonly IReadOnlyList<SiloProcess> _silos;
    private readonly CreateMeetingResponse _meeting;
    private readonly string _token;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _talking;
    private readonly List<string> _acknowledged = [];
    private readonly List<(TimeSpan From, TimeSpan To)> _waits = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private SignalClient? _client;

    private Talker(IReadOnlyList<SiloProcess> silos, CreateMeetingResponse meeting, string token)
    {
        (_silos, _meeting, _token) = (silos, meeting, token);
        _talking = TalkAsync();
    }

    /// <summary>What has been acknowledged, in order.</summary>
    public IReadOnlyList<string> Acknowledged
    {
        get { lock (_acknowledged) return [.. _acknowledged]; }
    }

    /// <summary>The longest time from saying something to its acknowledgement.</summary>
    public TimeSpan LongestWait
    {
        get { lock (_acknowledged) return _waits.Max(w => w.To - w.From); }
    }

    /// <summary>Makes a meeting on the first silo and begins to talk in it.</summary>
    public static async Task<Talker> StartAsync(params SiloProcess[] silos)
    {
        var meeting = await silos[0].CreateAsync();
        var join = await silos[0].JoinAsync(meeting.Code, "Ann");
        return new Talker(silos, meeting, join.ResumeToken);
    }

    /// <summary>Waits until so much more has been acknowledged.</summary>
    public async Task HeardAsync(int more)
    {
        var before = Acknowledged.Count;
        await Bound.UntilAsync(() => Acknowledged.Count >= before + more || _talking.IsCompleted, $"{more} more messages after {before}");
        if (_talking.IsCompleted) await _talking;
    }

    /// <summary>Says no more; the journal has every acknowledged message once, in order, and no gap.</summary>
    public async Task EndAsync(string database)
    {
        await _end.CancelAsync();
        await _talking;
        var stored = Databases.Execute(database, $"SELECT string_agg(convert_from(e.payload, 'UTF8')::json->>'text', ',' ORDER BY e.sequence) FROM events e JOIN meetings m ON m.number = e.meeting WHERE m.id = '{_meeting.Id}' AND e.type = 'chat.sent'");
        var said = ((string)stored!).Split(',');
        Assert.Equal(Acknowledged, said.Take(Acknowledged.Count));
        // The last one may have been stored without its answer.
        Assert.InRange(said.Length, Acknowledged.Count, Acknowledged.Count + 1);
        Assert.Equal(0L, Databases.Execute(database, $"SELECT max(e.sequence) - count(*) FROM events e JOIN meetings m ON m.number = e.meeting WHERE m.id = '{_meeting.Id}'"));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _talking;
        if (_client is not null) await _client.DisposeAsync();
        _end.Dispose();
    }

    private async Task TalkAsync()
    {
        for (var i = 0; !_end.IsCancellationRequested; i++)
        {
            var command = new ChatSend(CommandId.Parse($"say-{i}"), $"m{i}");
            var from = _clock.Elapsed;
            while (!await TrySayAsync(command))
            {
                if (_end.IsCancellationRequested) return;
                await Task.Delay(20);
            }
            lock (_acknowledged)
            {
                _acknowledged.Add(command.Text);
                _waits.Add((from, _clock.Elapsed));
            }
            await Task.Delay(Between);
        }
    }

    private async Task<bool> TrySayAsync(ChatSend command)
    {
        try
        {
            _client ??= await ComeAsync();
            if (_client is null) return false;
            await _client.SendAsync(command);
            var answer = await _client.NextAsync<ServerMessage>(m => m is GoAway || m is Ack ack && ack.Id == command.Id || m is Refused refused && refused.Id == command.Id);
            if (answer is Ack) return true;
            if (answer is Refused { Reason: Conference.Contracts.Meetings.CommandRefusal.Unavailable }) return false;
            Assert.IsType<GoAway>(answer);
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException or InvalidOperationException || e is Xunit.Sdk.XunitException && _client is not null && _client.HasEnded)
        {
            // The silo is gone; the next one is asked.
        }
        if (_client is not null) await _client.DisposeAsync();
        _client = null;
        return false;
    }

    private async Task<SignalClient?> ComeAsync()
    {
        foreach (var silo in _silos)
        {
            try
            {
                using var response = await silo.Http.PostAsync($"/api/join/{_meeting.Code}", JsonContent.Create(new JoinRequest(ResumeToken: _token), ContractsJson.Default.JoinRequest));
                if (!response.IsSuccessStatusCode) continue;
                var join = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.JoinResponse))!;
                var client = await SignalClient.OpenAsync(silo);
                await client.SendAsync(new Hello(join.SignalTicket, null));
                if (await client.NextAsync<ServerMessage>(m => m is Welcome or GoAway) is Welcome) return client;
                await client.DisposeAsync();
            }
            catch (Exception e) when (e is HttpRequestException or WebSocketException or IOException)
            {
                // Not this one.
            }
        }
        return null;
    }
}
