using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Pods;
using Conference.Silo.Grains.Regions;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Pods;

/// <summary>
/// One pod: sends it the plan, hears its reports, and repairs what differs. After a restart of the silo the plan is rebuilt from the rooms that the pod says it has,
/// before anything is sent, so that media is not touched.
/// </summary>
public sealed partial class PodGrain(PodOptions options, TimeProvider time, ILogger<PodGrain> log) : Grain, IPodGrain
{
    private static readonly TimeSpan TimerPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MayBeBehind = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnnounceEvery = TimeSpan.FromSeconds(2);
    private readonly ActualRooms _actual = new();
    private readonly PodDrain _drain = new();
    private DesiredRooms _desired = null!;
    private PodId _id;
    private PodConnection? _connection;
    private IPodChannel? _channel;
    private PodLoad _load = new(0, 0, 0, 0, 0);
    private bool _isRebuilding = true;
    private bool _isReplaced;
    private DateTimeOffset _announcedAt;
    private DateTimeOffset _beganAt;
    private DateTimeOffset _reportedAt;
    private DateTimeOffset? _disconnectedAt;
    private DateTimeOffset _plannedAt;
    private ImmutableArray<RoomHash> _present = [];
    private long _joins;

    private IRegionGrain Region => GrainFactory.GetGrain<IRegionGrain>(_connection!.Pod.Region);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = PodId.Parse(this.GetPrimaryKeyString());
        _beganAt = time.GetUtcNow();
        _desired = new(_beganAt.ToUnixTimeMilliseconds());
        this.RegisterGrainTimer(CheckAsync, new GrainTimerCreationOptions(TimerPeriod, TimerPeriod));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task Register(PodConnection connection, IPodChannel channel)
    {
        (_connection, _channel) = (connection, channel);
        (_reportedAt, _disconnectedAt, _isReplaced) = (time.GetUtcNow(), null, false);
        LogRegistered(log, _id, connection.Pod.Region, connection.Pod.Role, connection.Pod.HttpUrl, connection.Pod.Version, string.Join(' ', connection.Pod.MediaAddresses));
        _announcedAt = default;
        await TellRegionAsync();
        if (!_isRebuilding) Send(_desired.Full());
    }

    /// <inheritdoc/>
    public async Task<bool> Report(string connectionId, PodReport report)
    {
        // A process whose address another serves by now is not taken back.
        if (_connection is null) return _isReplaced;
        if (_connection.ConnectionId != connectionId) return true;
        _reportedAt = time.GetUtcNow();
        (_load, _present) = (report.Load, report.RoomHashes);
        if (_isRebuilding) await RebuildAsync(report);
        else Converge(report.PlanRevision);
        // Before the rooms are known nobody could be told to stay or to leave.
        if (!_isRebuilding) await FollowDrainAsync(() => _drain.Take(report, _reportedAt));

        var (changed, missing) = _actual.Take(report);
        if (!missing.IsEmpty) Send(new RequestRooms(missing));
        // A meeting that waits for its journal must not make the pod look silent.
        foreach (var room in changed) _ = TellMeetingAsync(room);
        foreach (var idle in _desired.Idle(_reportedAt))
            if (_desired.Close(idle) is { } plan) Send(plan);
        await TellRegionAsync();
        _reportedAt = time.GetUtcNow();
        return true;
    }

    /// <inheritdoc/>
    public async Task Disconnected(string connectionId)
    {
        if (_connection?.ConnectionId != connectionId) return;
        _disconnectedAt = time.GetUtcNow();
        if (_drain.IsLeaving) await LoseAsync("left"); // it said that it would
    }

    /// <inheritdoc/>
    public Task<PodAdmission> Admit(MeetingId meetingId)
    {
        if (_connection is not { } connection) return Task.FromResult(time.GetUtcNow() - _beganAt < options.StartGrace ? PodAdmission.Expected : PodAdmission.Unknown);
        if (!_drain.Takes(_desired.HasPeople(meetingId))) return Task.FromResult(PodAdmission.Draining);
        return Task.FromResult(_desired.Participants < connection.Pod.Capacity.Participants ? PodAdmission.Admitted : PodAdmission.Full);
    }

    /// <inheritdoc/>
    public Task SetRoom(RoomChange change)
    {
        _joins += change.Joins;
        var isGone = change.Close || (change.Room is { Full: true, Participants.IsEmpty: true } && !_desired.Has(change.Room.MeetingId));
        var plan = isGone ? _desired.Close(change.Room.MeetingId) : _desired.Set(change.Room);
        if (plan is not null && !_isRebuilding) Send(plan);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Replaced()
    {
        _isReplaced = true;
        return LoseAsync("replaced");
    }

    /// <inheritdoc/>
    public async Task<bool> Drain(DrainMode mode)
    {
        if (_connection is null) return false;
        var isSaidAgain = mode == DrainMode.Migrate && _drain.Mode == DrainMode.Migrate;
        await FollowDrainAsync(() => _drain.Order(mode, time.GetUtcNow()));
        if (isSaidAgain) await LeaveAsync(); // a meeting that could not be told before is told now
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> Resume()
    {
        if (_connection is null) return false;
        await FollowDrainAsync(() => _drain.TakeBack(time.GetUtcNow()));
        return true;
    }

    private async Task FollowDrainAsync(Func<SiloToPod?> change)
    {
        var before = _drain.Mode;
        if (change() is { } message) Send(message);
        if (_drain.Mode == before || _connection is null) return;
        LogDrain(log, _id, before, _drain.Mode, _drain.IsLeaving);
        await TellRegionAsync();
        if (_drain.Mode == DrainMode.Migrate) await LeaveAsync();
    }

    private async Task RebuildAsync(PodReport report)
    {
        var rooms = report.RoomHashes.Select(r => r.MeetingId).Where(id => !_desired.Has(id)).Distinct().ToList();
        var wanted = await Task.WhenAll(rooms.Select(AskMeetingAsync));
        // A meeting that cannot say now what it wants keeps its media: the plan waits.
        if (wanted.Any(w => w is null)) return;
        foreach (var room in wanted.OfType<RoomWanted>().Where(w => !w.MeetingEnded && !w.Room.Participants.IsEmpty)) _desired.Set(room.Room);
        _isRebuilding = false;
        LogRebuilt(log, _id, _desired.Meetings.Count, _desired.Participants);
        Send(_desired.Full());
    }

    private void Converge(long actualRevision)
    {
        if (actualRevision == _desired.Revision) return;
        // A report may cross with a plan; only one that stays behind is told everything.
        if (actualRevision > 0 && actualRevision < _desired.Revision && time.GetUtcNow() - _plannedAt < MayBeBehind) return;
        LogRepaired(log, _id, actualRevision, _desired.Revision);
        Send(_desired.Full());
    }

    private async Task<MeetingReading?> AskMeetingAsync(MeetingId meeting)
    {
        try
        {
            return await GrainFactory.GetGrain<IMeetingGrain>(meeting.Value).Read(new RoomQuery(_id));
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or Journal.JournalReadException)
        {
            return null;
        }
    }

    private async Task TellMeetingAsync(RoomReport room)
    {
        try
        {
            if (!_desired.Has(room.MeetingId)) return;
            var result = await GrainFactory.GetGrain<IMeetingGrain>(room.MeetingId.Value).Execute(new CommandEnvelope(new RoomReported(_id, room.Participants)));
            if (result is MeetingRefused) _actual.Forget(room.MeetingId);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or Journal.JournalReadException)
        {
            _actual.Forget(room.MeetingId);
        }
    }

    private async Task TellRegionAsync()
    {
        var pod = _connection!.Pod;
        // Again and again, because the list of regions lives on some silo, and a silo that is gone takes it along.
        if (time.GetUtcNow() - _announcedAt >= AnnounceEvery)
        {
            await GrainFactory.GetGrain<IRegionDirectoryGrain>(IRegionDirectoryGrain.Key).Announce(pod.Region);
            _announcedAt = time.GetUtcNow();
        }
        var replaced = await Region.Report(new(_id, pod.Role, pod.Region, pod.HttpUrl, pod.Version, pod.Capacity, _load, _desired.Participants, Meetings(), _joins, _drain.Mode));
        foreach (var old in replaced) await GrainFactory.GetGrain<IPodGrain>(old.Value).Replaced();
    }

    private int Meetings() => _desired.Peopled.Union(_present.Select(r => r.MeetingId)).Count();

    private async Task CheckAsync(CancellationToken cancellation)
    {
        if (_connection is null) return;
        var now = time.GetUtcNow();
        if (_disconnectedAt is { } since && now - since >= options.ReturnGrace) await LoseAsync("disconnected");
        else if (now - _reportedAt >= options.ReportTimeout) await LoseAsync("silent");
    }

    private async Task LoseAsync(string why)
    {
        if (_connection is not null)
        {
            LogLost(log, _id, why, _desired.Meetings.Count);
            await Region.Forget(_id);
        }
        (_connection, _channel, _beganAt) = (null, null, default);
        await LeaveAsync();
        if (!_isReplaced) DeactivateOnIdle();
    }

    private async Task LeaveAsync()
    {
        foreach (var meeting in _desired.Meetings.ToList())
        {
            try
            {
                await GrainFactory.GetGrain<IMeetingGrain>(meeting.Value).Execute(new CommandEnvelope(new PodLost(_id)));
            }
            catch (Exception e) when (e is TimeoutException or OrleansException or Journal.JournalReadException)
            {
                LogNotTold(log, e, meeting, _id); // its own sweep asks for the pod and finds out
            }
        }
    }

    private void Send(SiloToPod message)
    {
        if (message is PodPlan) _plannedAt = time.GetUtcNow();
        _channel?.Send(new PodInstruction(message));
    }
}
