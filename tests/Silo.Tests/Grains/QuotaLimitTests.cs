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

        Assert.Equal(Quota, Most(await EventsAsync(grains)));
        // With nobody in the way, as many get in as the tenant may have.
        var late = await Task.WhenAll(Enumerable.Range(1000, Quota + 10).Select(i => AskAsync(grains, i, Take(i))));
        Assert.Equal((Quota, 10), (late.Count(r => r is PlaceTaken), late.Count(r => r is JoinRefused { Reason: JoinRefusal.QuotaParticipants })));
        Assert.Equal((3, Quota), (await grains.Factory.GetGrain<ITenantGrain>("default").Read())!.Usage is var u ? (u.Meetings, u.Participants) : default);
    }

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
