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
        foreach (var (text, final) in new[] { ("Good mor", false), ("Good morning", true) })
        {
            using var response = await http.PostAsJsonAsync($"api/meetings/{meeting.Id}/captions", new CaptionRequest(text, final, you, "en"), ContractsJson.Default.CaptionRequest);
            response.EnsureSuccessStatusCode();
            await Eventually.True(async () => await ann.ById("captions").CountAsync() == 1 && (await ann.ById("captions").InnerTextAsync()).Trim() == $"Ann{text}", () => ann.DescribeAsync());
        }
        await Eventually.True(async () => await ann.ById("captions").CountAsync() == 0, () => ann.DescribeAsync());
    }
}
