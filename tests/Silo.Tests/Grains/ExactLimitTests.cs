using System.Diagnostics;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;
using Conference.Silo.Tests.Meetings;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Grains;

/// <summary>M8 of docs/meetings.md where it is hardest: many more people than places, all at once, and crashes between them.</summary>
public sealed class ExactLimitTests
{
    private const int Places = 50;
    private const int People = 200;
    private const int Crashes = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Fifty_places_are_never_more_and_none_of_them_stays_free()
    {
        await using var grains = await new GrainFixture
        {
            Options = new()
            {
                SweepPeriod = TimeSpan.FromMilliseconds(20), SnapshotEvery = 50,
                Rules = new() { ConnectGrace = TimeSpan.FromMilliseconds(300), ReconnectGrace = TimeSpan.FromMilliseconds(400) },
            },
        }.StartAsync();
        await grains.CreateAsync("m1", new() { MaxParticipants = Places });

        var living = Task.WhenAll(Enumerable.Range(0, People).Select(i => LiveAsync(grains, i)));
        for (var crash = 1; crash <= Crashes; crash++)
        {
            var from = (await EventsAsync(grains)).Count;
            await Bound.UntilAsync(async () => living.IsCompleted || (await EventsAsync(grains)).Count >= from + 40, "40 more events");
            await grains.CrashAsync();
        }
        await living.WaitAsync(Patience);

        var state = MeetingState.New(MeetingId.Parse("m1"));
        var most = 0;
        foreach (var e in await EventsAsync(grains))
        {
            state = state.Apply(e);
            most = Math.Max(most, state.Places);
        }
        Assert.Equal(Places, most);
        Assert.Equal(0, state.Places);

        // With nobody in the way: as many as there are places get in, and one for each place that becomes free.
        var late = await Task.WhenAll(Enumerable.Range(0, Places + 10).Select(i => AskAsync(grains, new TakePlace(Id(1000 + i), $"Late {i}", Hash(1000 + i)))));
        Assert.Equal((Places, 10), (late.Count(r => r is PlaceTaken), late.Count(r => r is JoinRefused { Reason: JoinRefusal.Full })));
        var leaving = late.OfType<PlaceTaken>().First().ParticipantId;
        await AskAsync(grains, new FromClient(new Leave(CommandId.Parse("leave"))), leaving);
        var two = await Task.WhenAll(new[] { 2000, 2001 }.Select(i => AskAsync(grains, new TakePlace(Id(i), $"Later {i}", Hash(i)))));
        Assert.Equal((1, 1), (two.Count(r => r is PlaceTaken), two.Count(r => r is JoinRefused { Reason: JoinRefusal.Full })));
    }

    /// <summary>Somebody who comes until there is a place, and gives it up in one of four ways.</summary>
    private static async Task LiveAsync(GrainFixture grains, int number)
    {
        var (random, id) = (new Random(number), Id(number));
        while (await AskAsync(grains, new TakePlace(id, $"Person {number}", Hash(number))) is not PlaceTaken) await Task.Delay(random.Next(5, 30));
        if (number % 4 != 0)
        {
            await AskAsync(grains, new OpenSession($"s{number}"), id);
            await Task.Delay(random.Next(10, 100));
        }
        if (number % 4 >= 2) await AskAsync(grains, new CloseSession($"s{number}"), id);
        if (number % 4 == 2)
        {
            var back = await AskAsync(grains, new ResumePlace(Token(number)));
            // A crash may have taken longer than the grace.
            Assert.True(back is PlaceTaken or JoinRefused { Reason: JoinRefusal.ResumeExpired }, $"{back}");
            await AskAsync(grains, new OpenSession($"t{number}"), id);
        }
        if (number % 4 is 1 or 2) await AskAsync(grains, new FromClient(new Leave(CommandId.Parse($"leave-{number}"))), id);
        await Bound.UntilAsync(async () => await TryAsync(() => grains.Meeting("m1").Read(new PlaceQuery(id))) is NoPlace, $"the place of {id} is free again");
    }

    /// <summary>Asks again, with the same words, until there is an answer: what was lost on its way may have been done.</summary>
    private static async Task<CommandResult> AskAsync(GrainFixture grains, MeetingCommand command, ParticipantId? sender = null)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            var result = await TryAsync(() => grains.Meeting("m1").Execute(new(command, sender)));
            if (result is not (null or JoinRefused { Reason: JoinRefusal.Unavailable } or Silo.Grains.Meetings.Refused { Reason: CommandRefusal.Unavailable })) return result;
            await Task.Delay(20);
        }
        throw new Xunit.Sdk.XunitException($"{command} was not answered");
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

    private static async Task<List<MeetingEvent>> EventsAsync(GrainFixture grains)
    {
        var id = MeetingId.Parse("m1");
        for (var events = new List<MeetingEvent>(); ;)
        {
            var page = await grains.Journal.ReadAsync(id.Value, events.Count, 10_000);
            events.AddRange(page.Select(e => JournalWords.ToEvent(id, e)));
            if (page.Count < 10_000) return events;
        }
    }

    private static ParticipantId Id(int number) => ParticipantId.Parse($"p{number}");

    private static string Token(int number) => TestMeeting.TokenOf(Id(number));

    private static string Hash(int number) => Secrets.Hash(Token(number));
}
