using System.Net;
using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Signaling;

/// <summary>Programs' messages and captions over real sockets.</summary>
public sealed class AppTests
{
    [Fact]
    public async Task Programs_messages_arrive_in_order_and_too_many_are_refused_by_name()
    {
        await using var meeting = await OpenMeeting.StartAsync(change: o => o with { Signaling = o.Signaling with { DataBurst = 5, DataPerSecond = 0.001 } });
        var (ann, bob, cho) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"), await meeting.EnterAsync("Cho"));
        for (var i = 0; i < 4; i++) await ann.Client.AckAsync(new AppDataSend(ann.Client.NewCommand(), "board", $"{i}"));
        await ann.Client.AckAsync(new AppDataSend(ann.Client.NewCommand(), "board", "for Bob", [bob.Id]));
        Assert.Equal(CommandRefusal.RateLimited, await ann.Client.RefusalAsync(new AppDataSend(ann.Client.NewCommand(), "board", "6")));
        await ann.SayAsync("chat goes on");
        foreach (var person in new[] { bob, cho }) await person.Client.NextEventAsync<ChatSent>();
        Assert.Equal(["0", "1", "2", "3", "for Bob"], Data(bob));
        Assert.Equal(["0", "1", "2", "3"], Data(cho));
    }

    [Fact]
    public async Task Captions_come_from_the_hosts_program_and_are_shown_to_all()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(meeting, new("Hello", Speaker: ann.Id), ann.Join.ResumeToken)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync(meeting, new("Hello", Speaker: ann.Id), meeting.Meeting.HostKey)).Status);
        Assert.Equal(new CaptionShown("Hello", true, ann.Id, "Ann"), await ann.Client.NextAsync<CaptionShown>());
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidCaption"), await PostAsync(meeting, new(" "), meeting.Meeting.HostKey));
    }

    private static IEnumerable<string> Data(Person person) => person.Client.Seen.OfType<EventMessage>().Select(m => m.Event).OfType<AppDataSent>().Select(d => d.Data);

    private static async Task<(HttpStatusCode Status, string? Reason)> PostAsync(OpenMeeting meeting, CaptionRequest caption, string bearer)
    {
        using var response = await meeting.Silo.SendAsync(HttpMethod.Post, $"/api/meetings/{meeting.Meeting.Id}/captions", JsonContent.Create(caption, ContractsJson.Default.CaptionRequest), bearer);
        return (response.StatusCode, response.IsSuccessStatusCode ? null : (await SiloFixture.ProblemAsync(response)).Reason);
    }
}
