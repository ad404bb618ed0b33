using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Contracts.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Tests.Tenants;

/// <summary>Data of meetings goes by itself when its tenant said so, and no day before: looked for at the start of a silo and once an hour.</summary>
public sealed class RetentionWatchTests
{
    [Fact]
    public async Task Data_goes_when_its_days_are_over_and_nothing_else_does()
    {
        var time = HeldTime.FromNow();
        await using var silo = await SiloFixture.StartAsync(o => o with { Service = o.Service with { Time = time } });
        await using var pod = await TestPod.ConnectAsync(silo);
        var (acme, keeps) = (await MakeAsync(silo, "acme"), await MakeAsync(silo, "keeps"));
        var (over, running, kept) = (await MeetingAsync(silo, acme), await MeetingAsync(silo, acme, new() { Recurring = true }), await MeetingAsync(silo, keeps));
        await silo.JoinAsync(over.Code, "Ann-who-was-here");
        await EndAsync(silo, over, acme);
        await EndAsync(silo, kept, keeps);
        await SetAsync(silo, acme, 30);

        time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        await silo.RestartAsync();
        // Tenants are looked at in the order in which they were made: when the second has lost its data, the first has been looked at.
        await SetAsync(silo, keeps, 0);
        await silo.RestartAsync();
        await Bound.UntilAsync(async () => await StateAsync(silo, kept) == JournalWords.ErasedState, "what need not be kept a day is gone at the next start");
        Assert.Equal(JournalWords.EndedState, await StateAsync(silo, over));

        time.Advance(TimeSpan.FromMinutes(2));
        await silo.RestartAsync();
        await Bound.UntilAsync(async () => await StateAsync(silo, over) == JournalWords.ErasedState, "30 days are over");
        Assert.Equal(["meeting.erased"], (await silo.Services.GetRequiredService<IJournal>().ReadAsync(over.Id.Value, 0, 10)).Select(e => e.Type));
        Assert.Equal(JournalWords.LiveState, await StateAsync(silo, running));
    }

    [Fact]
    public async Task Whoever_keeps_everything_loses_nothing_and_may_change_their_mind_before_it_is_due()
    {
        var time = HeldTime.FromNow();
        await using var silo = await SiloFixture.StartAsync(o => o with { Service = o.Service with { Time = time } });
        var (acme, other) = (await MakeAsync(silo, "acme"), await MakeAsync(silo, "other"));
        var (mine, theirs) = (await MeetingAsync(silo, acme), await MeetingAsync(silo, other));
        await EndAsync(silo, mine, acme);
        await EndAsync(silo, theirs, other);
        await SetAsync(silo, acme, 1);
        await SetAsync(silo, acme, null);
        await SetAsync(silo, other, 1);
        time.Advance(TimeSpan.FromDays(3650));
        await silo.RestartAsync();
        await Bound.UntilAsync(async () => await StateAsync(silo, theirs) == JournalWords.ErasedState, "the other tenant's day is over");
        // Tenants are looked at in the order in which they were made: this one was before.
        Assert.Equal(JournalWords.EndedState, await StateAsync(silo, mine));
    }

    private static async Task<string> StateAsync(SiloFixture silo, CreateMeetingResponse meeting) => (await silo.Services.GetRequiredService<IMeetingIndex>().FindAsync(meeting.Id.Value))!.State;

    private static async Task SetAsync(SiloFixture silo, string key, int? days)
    {
        using var response = await silo.SendAsync(HttpMethod.Put, $"/api/tenants/{key.Split('.')[0]}/retention", JsonContent.Create(new RetentionRequest(days), ContractsJson.Default.RetentionRequest), key);
        Assert.Equal(days, (await response.Content.ReadFromJsonAsync(ContractsJson.Default.TenantInfo))!.RetentionDays);
    }

    private static async Task EndAsync(SiloFixture silo, CreateMeetingResponse meeting, string key)
    {
        using var ended = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{meeting.Id}", bearer: key);
        Assert.True(ended.IsSuccessStatusCode);
    }

    private static async Task<string> MakeAsync(SiloFixture silo, string id)
    {
        using var response = await silo.PostAsync("/api/tenants", new CreateTenantRequest(TenantId.Parse(id)), ContractsJson.Default.CreateTenantRequest, silo.OperatorSecret.Value);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantResponse))!.Key;
    }

    private static async Task<CreateMeetingResponse> MeetingAsync(SiloFixture silo, string key, Contracts.Meetings.MeetingSettings? settings = null)
    {
        using var response = await silo.PostAsync("/api/meetings", new CreateMeetingRequest("T", Settings: settings), ContractsJson.Default.CreateMeetingRequest, key);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }
}
