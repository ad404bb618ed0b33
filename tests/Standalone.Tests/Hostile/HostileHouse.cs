using System.Net.Http.Headers;
using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Support;

namespace Conference.Standalone.Tests.Hostile;

/// <summary>The whole product as a process, with a meeting of two people who must not notice anything. At its end the log, with everything that can be logged, has to be without a fault and without a secret.</summary>
public sealed class HostileHouse : IAsyncLifetime
{
    /// <summary>What opens everything.</summary>
    public const string AdminToken = "0123456789abcdef0123456789abcdef01234567";

    private readonly ConcurrentBag<string> _secrets = [AdminToken];
    private readonly TemporaryFolder _folder = new();
    private StandaloneProcess _program = null!;
    private HostileSocket _witness = null!;

    public HttpClient Http { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    public CreateMeetingResponse Meeting { get; private set; } = null!;

    public JoinResponse Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _program = StandaloneProcess.Start(
            [("CONFERENCE_ADMIN_TOKEN", AdminToken)],
            ["--data", _folder.Path, "--port", $"{FreePorts.Tcp()}", "--media-port", $"{FreePorts.Media()}", "--unlimited", "127.0.0.0/8", "--unlimited", "::1", "--verbose"]);
        Url = new UriBuilder(await _program.UrlAsync()) { Host = "127.0.0.1" }.Uri;
        Http = new HttpClient { BaseAddress = Url };
        Meeting = await CreateAsync();
        Host = await JoinAsync(Meeting, "Host", Meeting.HostKey);
        _witness = await HostileSocket.HelloAsync(Url, Host.SignalTicket);
    }

    public async Task DisposeAsync()
    {
        await _witness.DisposeAsync();
        Http.Dispose();
        var code = await _program.TerminateAsync();
        var output = string.Join('\n', _program.Output.Concat(_program.Errors));
        await _program.DisposeAsync();
        _folder.Dispose();
        Assert.Equal(0, code);
        AssertNoFault(output);
        foreach (var secret in (string[])[Meeting.HostKey, Host.ResumeToken, Host.SignalTicket, Host.Media!.MediaTicket, .. _secrets]) Assert.DoesNotContain(secret, output, StringComparison.Ordinal);
    }

    /// <summary>Nobody else was disturbed: the host's socket is the same one, and answers; the log tells of no fault.</summary>
    public async Task AssertUndisturbedAsync()
    {
        Assert.Equal("ack", await _witness.DoAsync("chat.send", "\"text\":\"still here\""));
        var info = await InfoAsync();
        Assert.Equal(Meeting.Code, info.Code);
        Assert.Equal("Hostile", info.Title);
        Assert.False(info.Locked);
        Assert.Contains(info.Participants, p => p.Id == Host.ParticipantId && p is { Role: Role.Host, DisplayName: "Host" });
        Assert.Single(info.Participants, p => p.Role is Role.Host or Role.CoHost);
        AssertNoFault(string.Join('\n', _program.Output));
    }

    public async Task<MeetingInfo> InfoAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/meetings/{Meeting.Id}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Meeting.HostKey);
        using var answer = await Http.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync(ContractsJson.Default.MeetingInfo))!;
    }

    public async Task<CreateMeetingResponse> CreateAsync()
    {
        using var answer = await Http.PostAsJsonAsync("/api/meetings", new CreateMeetingRequest("Hostile"), ContractsJson.Default.CreateMeetingRequest);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }

    public async Task<JoinResponse> JoinAsync(CreateMeetingResponse meeting, string name, string? hostKey = null)
    {
        using var answer = await Http.PostAsJsonAsync($"/api/join/{meeting.Code}", new JoinRequest(name, HostKey: hostKey), ContractsJson.Default.JoinRequest);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.JoinResponse))!;
    }

    /// <summary>Must not be in the log at the end; given back.</summary>
    public string Keep(string secret)
    {
        _secrets.Add(secret);
        return secret;
    }

    /// <summary>Asks as somebody who may; what came.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string path, string bearer, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text.Length > 0 ? text : "{}")!;
    }

    internal async Task<(JoinResponse Join, HostileSocket Socket)> EnterAsync(string name = "Mallory")
    {
        var join = await JoinAsync(Meeting, name);
        return (join, await HostileSocket.HelloAsync(Url, join.SignalTicket));
    }

    internal async Task HostDoesAsync(string type, string members) => Assert.Equal("ack", await _witness.DoAsync(type, members));

    private static void AssertNoFault(string log)
    {
        foreach (var word in (string[])["Unhandled", "Exception", "   at ", " fail ", " crit "])
            if (log.Contains(word, StringComparison.Ordinal)) Assert.Fail($"the log tells of a fault: {Around(log, word)}");
    }

    // The line with the word, and those behind it.
    private static string Around(string log, string word)
    {
        var at = Math.Max(0, log.LastIndexOf('\n', log.IndexOf(word, StringComparison.Ordinal)));
        return log[at..Math.Min(log.Length, at + 4000)];
    }
}
