using System.Net.Http.Headers;
using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>What a program brings into a meeting, as people see it.</summary>
public sealed class CaptionTests
{
    [Fact]
    public async Task Captions_are_shown_while_they_come_and_go_by_themselves()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = await house.InviteAsync(new PersonSpec(1, "Ann") { HasDevices = false });
        await ann.JoinAsync(house.LinkOf(meeting));
        using var http = new HttpClient { BaseAddress = house.Standalone.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", meeting.HostKey);
        var you = ParticipantId.Parse(await ann.YouAsync());
        // Captions are not kept: what is said before the page listens is gone. Who writes them sends what is not finished again and again.
        await Eventually.True(async () =>
        {
            await SayAsync("Good mor", final: false);
            return await ShownAsync() == "AnnGood mor";
        }, ShownAsync);
        await SayAsync("Good morning", final: true);
        await Eventually.True(async () => await ShownAsync() == "AnnGood morning", ShownAsync);
        await Eventually.True(async () => await ShownAsync() == "", ShownAsync);

        async Task SayAsync(string text, bool final)
        {
            using var response = await http.PostAsJsonAsync($"api/meetings/{meeting.Id}/captions", new CaptionRequest(text, final, you, "en"), ContractsJson.Default.CaptionRequest);
            response.EnsureSuccessStatusCode();
        }

        // All at once: between a count and a text they may have gone.
        async Task<string> ShownAsync() => string.Join('|', await ann.ById("captions").AllInnerTextsAsync()).Trim();
    }
}
