using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Meetings;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Grains;

/// <summary>Q1 and Q2 of docs/tenants.md where it is hardest: many more people than the tenant may have, in several meetings, all at once, and crashes between them.</summary>
public sealed class QuotaLimitTests
{
    private const int Quota = 20;
    private const int People = 90;
    private const int Crashes = 3;
    private static readonly string[] Meetings = ["m1", "m2", "m3"];

    [Fact]
    public async Task A_tenants_places_are_never_more_and_none_of_them_stays_free()
    {
        await using var grains = await new GrainFixture
        {
            Options = new() { SweepPeriod = TimeSpan.FromMilliseconds(20), Rules = new() { ConnectGrace = TimeSpan.FromMilliseconds(400), ReconnectGrace = TimeSpan.FromMilliseconds(400) } },
        }.StartAsync();
        Assert.IsType<TenantDone>(await grains.Factory.GetGrain<ITenantGrain>("default").Execute(new CreateTenant("Default")));
        Assert.IsType<TenantDone>(await grains.Factory.GetGrain<ITenantGrain>("default").Execute(new SetQuotas(new TenantQuotas(Participants: Quota))));
        foreach (var meeting in Meetings) await grains.CreateAsync(meeting);

        var living = Task.WhenAll(Enumerable.Range(0, People).Select(i => LiveAsync(grains, i)));
        for (var crash = 1; crash <= Crashes; crash++)
        {
            var from = (await EventsAsync(grains)).Count;
            await Bound.UntilAsync(async () => living.IsCompleted || (await EventsAsync(grains)).Count >= from + 60, "60 more events");
            await grains.CrashAsync();
        }
        await living.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.InRange(Most(await EventsAsync(grains)), 1, Quota);
        await Bound.UntilAsync(async () => (await UsageAsync(grains)).Participants == 0, "every place is given back");
        // With nobody in the way, and nobody who loses the place again for being slow, as many get in as the tenant may have.
        grains.Options = new() { SweepPeriod = TimeSpan.FromMilliseconds(20) };
        await grains.CrashAsync();
        var late = await Task.WhenAll(Enumerable.Range(1000, Quota + 10).Select(i => AskAsync(grains, i, Take(i))));
        Assert.Equal((Quota, 10), (late.Count(r => r is PlaceTaken), late.Count(r => r is JoinRefused { Reason: JoinRefusal.QuotaParticipants })));
        var usage = await UsageAsync(grains);
        // Two meetings may have been faster with all of their people than the third with any.
        var meetings = late.Index().Where(r => r.Item is PlaceTaken).Select(r => MeetingOf(1000 + r.Index)).Distinct().Count();
        Assert.Equal((meetings, Quota), (usage.Meetings, usage.Participants));
    }

    [Fact]
    public async Task A_late_word_of_an_earlier_life_of_a_meeting_takes_no_places()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var tenant = grains.Factory.GetGrain<ITenantGrain>("default");
        Assert.IsType<TenantDone>(await tenant.Execute(new CreateTenant("Default")));
        Assert.IsType<TenantDone>(await tenant.Execute(new SetQuotas(new TenantQuotas(Participants: Quota))));
        var meeting = MeetingId.Parse("m1");
        Assert.Equal(3, (await tenant.Hold(new HoldPlaces(meeting, Epoch: 5, Number: 1, Taken: 1, Wanted: 3))).Places);
        Assert.Equal(0, (await tenant.Hold(new HoldPlaces(meeting, Epoch: 5, Number: 2, Taken: 0, Wanted: 0))).Places);
        Assert.Equal(QuotaRefusal.Unavailable, (await tenant.Hold(new HoldPlaces(meeting, Epoch: 4, Number: 9, Taken: 2, Wanted: 2))).Refusal);
        Assert.Equal(QuotaRefusal.Unavailable, (await tenant.Hold(new HoldPlaces(meeting, Epoch: 5, Number: 1, Taken: 1, Wanted: 3))).Refusal);
        Assert.Equal(0, (await UsageAsync(grains)).Participants);
        Assert.Equal(1, (await tenant.Hold(new HoldPlaces(meeting, Epoch: 6, Number: 1, Taken: 1, Wanted: 1))).Places);
    }

    [Fact]
    public async Task A_meeting_that_came_to_life_on_a_clock_that_was_set_back_is_heard_again()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var tenant = grains.Factory.GetGrain<ITenantGrain>("default");
        Assert.IsType<TenantDone>(await tenant.Execute(new CreateTenant("Default")));
        Assert.IsType<TenantDone>(await tenant.Execute(new SetQuotas(new TenantQuotas(Participants: Quota))));
        await grains.CreateAsync("m1");
        // As a life that began half a second from now would have said it.
        var later = TimeProvider.System.GetUtcNow().AddMilliseconds(500).UtcTicks;
        Assert.Equal(0, (await tenant.Hold(new HoldPlaces(MeetingId.Parse("m1"), later, 1, Taken: 0, Wanted: 0))).Places);
        Assert.IsType<PlaceTaken>(await AskAsync(grains, 0, Take(0)));
    }

    private static async Task<TenantUsage> UsageAsync(GrainFixture grains) => (await grains.Factory.GetGrain<ITenantGrain>("default").Read())!.Usage;

    private static async Task LiveAsync(GrainFixture grains, int number)
    {
        var random = new Random(number);
        while (await AskAsync(grains, number, Take(number)) is not PlaceTaken) await Task.Delay(random.Next(5, 30));
        if (number % 2 == 0)
        {
            await AskAsync(grains, number, new OpenSession($"s{number}"), Id(number));
            await Task.Delay(random.Next(10, 80));
            await AskAsync(grains, number, new FromClient(new Leave(CommandId.Parse($"leave-{number}"))), Id(number));
        }
        await Bound.UntilAsync(async () => await TryAsync(() => grains.Meeting(MeetingOf(number)).Read(new PlaceQuery(Id(number)))) is NoPlace, $"the place of {number} is free again");
    }

    // Over all meetings in the order of time. Of one instant, who leaves goes first: a place is given away after it was held.
    private static int Most(List<MeetingEvent> events)
    {
        var (now, most) = (0, 0);
        foreach (var step in events.Select(e => (e.At, Change: e.Body is ParticipantJoined ? 1 : e.Body is ParticipantLeft ? -1 : 0)).OrderBy(s => s.At).ThenBy(s => s.Change))
        {
            now += step.Change;
            most = Math.Max(most, now);
        }
        Assert.Equal(0, now);
        return most;
    }

    private static async Task<List<MeetingEvent>> EventsAsync(GrainFixture grains)
    {
        var all = new List<MeetingEvent>();
        foreach (var meeting in Meetings) all.AddRange((await grains.Journal.ReadAsync(meeting, 0, 10_000)).Select(e => JournalWords.ToEvent(MeetingId.Parse(meeting), e)));
        return all;
    }

    private static async Task<CommandResult> AskAsync(GrainFixture grains, int number, MeetingCommand command, ParticipantId? sender = null)
    {
        CommandResult? answer = null;
        await Bound.UntilAsync(async () =>
        {
            answer = await TryAsync(() => grains.Meeting(MeetingOf(number)).Execute(new(command, sender)));
            return answer is not (null or JoinRefused { Reason: JoinRefusal.Unavailable } or Silo.Grains.Meetings.Refused { Reason: CommandRefusal.Unavailable });
        }, $"an answer to {command}");
        return answer!;
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T>> ask) where T : class
    {
        try
        {
            return await ask().WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            return null; // the silo is between two lives
        }
    }

    private static TakePlace Take(int number) => new(Id(number), $"Person {number}", Secrets.Hash($"token {number}"));

    private static string MeetingOf(int number) => Meetings[number % Meetings.Length];

    private static ParticipantId Id(int number) => ParticipantId.Parse($"p{number}");
}
