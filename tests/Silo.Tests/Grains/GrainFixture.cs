using Conference.Contracts.Api;
using Conference.Contracts.Pods;
using Conference.Silo.ActorRuntimes;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Pods;
using Conference.Hosting.Policies;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Pods;
using Conference.Silo.Regions;
using Conference.Silo.Telemetry;
using Conference.Silo.Tests.Meetings;
using Conference.Silo.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Silo.Tests.Grains;

/// <summary>Grains on the actor runtime of this build, with a real journal that can be made to fail.</summary>
public sealed class GrainFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("grains-");
    private readonly Sink _podChannel = new();
    private JournalStore _journal = null!;
    private IHost _host = null!;
    private int _names;

    public FaultyJournal Faults { get; private set; } = null!;

    /// <summary>Those of the next life.</summary>
    public MeetingOptions Options { get; set; } = new() { SweepPeriod = TimeSpan.FromMilliseconds(50), SnapshotEvery = 20 };

    public IGrainFactory Factory => _host.Services.GetRequiredService<IGrainFactory>();

    public IJournal Journal => _journal.Events;

    public async Task<GrainFixture> StartAsync()
    {
        var opening = JournalStore.Open(new SqliteJournalOptions { Path = Path.Combine(_folder.FullName, "journal.db") }, new ServicePolicies(TimeProvider.System), TimeProvider.System, NullLogger<JournalStore>.Instance);
        _journal = Assert.IsType<JournalOpening.Opened>(opening).Journal;
        Faults = new FaultyJournal(_journal.Events);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var services = builder.Services;
        services.AddMetrics().AddLogging(log => log.SetMinimumLevel(LogLevel.None));
        services.AddSingleton(TimeProvider.System).AddSingleton<IJournal>(Faults).AddSingleton(_journal.Records);
        services.AddSingleton(Options).AddSingleton(new PodOptions { ReturnGrace = TimeSpan.FromMilliseconds(500), StartGrace = TimeSpan.FromMilliseconds(500), ReportTimeout = TimeSpan.FromDays(1), PlacementLoad = 0 });
        services.AddSingleton<SiloMetrics>().AddSingleton<PodPlacer>().AddSingleton(new SiloVersion("1.0.0")).AddTransient(_ => new Random(1));
        services.AddActorRuntime();
        _host = builder.Build();
        await _host.StartAsync();
        await AddPodAsync("pod-1");
        return this;
    }

    /// <summary>A pod that is there for a test's length: it has registered, and reports in the background.</summary>
    public async Task AddPodAsync(string id)
    {
        var pod = Factory.GetGrain<IPodGrain>(id);
        var channel = Factory.CreateObjectReference<IPodChannel>(_podChannel);
        await pod.Register(new PodConnection("c-" + id, new PodRegister(PodId.Parse(id), "local", PodRole.Media, $"http://{id}", [], "1.0.0", new PodCapacity(10_000, 1000))), channel);
        await pod.Report("c-" + id, new PodReport(0, false, new PodLoad(0, 0, 0, 0, 0), [], []));
    }

    /// <summary>As a silo does that stops.</summary>
    public Task GiveUpJournalAsync() => _journal.GiveUpAsync();

    /// <summary>Drops every grain without a word and starts again on what the journal has.</summary>
    public async Task CrashAsync()
    {
        Faults.IsDown = true;
        await CloseAsync();
        await StartAsync();
    }

    public IMeetingGrain Meeting(string id) => Factory.GetGrain<IMeetingGrain>(id);

    public async Task<IMeetingGrain> CreateAsync(string id, Contracts.Meetings.MeetingSettings? settings = null, string? code = null)
    {
        var result = await Meeting(id).Execute(new(new CreateMeeting(code ?? JoinCode.New(), "Test", TenantId.Parse("default"), settings ?? new(), Secrets.Hash(TestMeeting.HostKey))));
        Assert.IsType<Done>(result);
        return Meeting(id);
    }

    public async Task<ParticipantId> JoinAsync(IMeetingGrain meeting, string name = "Ann", bool host = false)
    {
        var id = ParticipantId.Parse($"p{Interlocked.Increment(ref _names)}");
        Assert.IsType<PlaceTaken>(await meeting.Execute(new(new TakePlace(id, name, Secrets.Hash(TestMeeting.TokenOf(id)), HostKey: host ? TestMeeting.HostKey : null))));
        Assert.IsType<Done>(await meeting.Execute(new(new OpenSession($"s-{id}"), id)));
        return id;
    }

    public static async Task<Contracts.Meetings.MeetingView> ViewAsync(IMeetingGrain meeting, ParticipantId id) =>
        Assert.IsType<ParticipantSnapshot>(await meeting.Read(new ViewQuery(id))).View;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    private async Task CloseAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _journal.DisposeAsync();
    }

    private sealed class Sink : IPodChannel
    {
        public void Send(PodInstruction instruction)
        {
        }
    }
}

/// <summary>The real journal, which a test can take away, hold or overtake.</summary>
public sealed class FaultyJournal(IJournal inner) : IJournal
{
    private TaskCompletionSource? _hold;

    /// <summary>Every append fails.</summary>
    public bool IsDown { get; set; }

    public int Appends { get; private set; }

    /// <summary>Appends wait until the answer is disposed of.</summary>
    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _hold?.SetResult();

    public async ValueTask<AppendResult> AppendAsync(JournalAppend append)
    {
        Appends++;
        if (_hold is { } hold) await hold.Task;
        return IsDown ? new AppendResult.Unavailable(JournalUnavailable.IoError) : await inner.AppendAsync(append);
    }

    public ValueTask<IReadOnlyList<JournalEvent>> ReadAsync(string meetingId, long afterSequence, int limit, IReadOnlyCollection<string>? types = null, CancellationToken cancellation = default) =>
        inner.ReadAsync(meetingId, afterSequence, limit, types, cancellation);

    public ValueTask<IReadOnlyList<JournalEvent>> ReadBackAsync(string meetingId, long beforeSequence, int limit, IReadOnlyCollection<string> types, CancellationToken cancellation = default) =>
        inner.ReadBackAsync(meetingId, beforeSequence, limit, types, cancellation);

    /// <summary>Loads are answered from this, on the caller's thread, before they go to the journal: what a journal does that has it at hand.</summary>
    public Func<string, JournalLoad?> AtHand { get; set; } = _ => null;

    public ValueTask<JournalLoad> LoadAsync(string meetingId, CancellationToken cancellation = default) =>
        AtHand(meetingId) is { } load ? new(load) : inner.LoadAsync(meetingId, cancellation);
}
