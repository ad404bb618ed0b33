using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M30 to M35 of docs/meetings.md.</summary>
public sealed class StreamRulesTests
{
    private const string Key = "stream-key";
    private static readonly PodId Pod = PodId.Parse("pod-1");

    [Fact]
    public void M30_a_stream_needs_a_key_of_the_meeting()
    {
        var meeting = WithKey();
        Assert.Equal(StreamRefusal.InvalidStreamKey, meeting.StreamRefused(StreamKind.Publish));
        Assert.Equal(StreamRefusal.InvalidStreamKey, meeting.StreamRefused(StreamKind.Play, "guess"));
        Assert.Equal("Camera 1", meeting[meeting.JoinStream(StreamKind.Publish, Key)].DisplayName);
        TestMeeting.Done(meeting.Do(new RevokeStreamKey("k1")));
        Assert.Equal(StreamRefusal.InvalidStreamKey, meeting.StreamRefused(StreamKind.Publish, Key));
    }

    [Fact]
    public void M31_settings_open_a_direction_but_not_past_a_lock_or_a_passcode()
    {
        var meeting = new TestMeeting(new() { OpenPlay = true });
        meeting.JoinStream(StreamKind.Play);
        Assert.Equal(StreamRefusal.InvalidStreamKey, meeting.StreamRefused(StreamKind.Publish));
        Assert.Equal(StreamRefusal.InvalidStreamKey, meeting.StreamRefused(StreamKind.Play, "a key that is none"));
        TestMeeting.Done(meeting.Do(new ChangeMeeting(null, null, Locked: true)));
        Assert.Equal(StreamRefusal.InvalidStreamKey, meeting.StreamRefused(StreamKind.Play));
        Assert.Equal(StreamRefusal.InvalidStreamKey, new TestMeeting(new() { OpenPlay = true }, passcode: "1234").StreamRefused(StreamKind.Play));
    }

    [Fact]
    public void M32_a_stream_takes_a_place_and_may_send_only_when_it_publishes()
    {
        var meeting = WithKey(new() { MaxParticipants = 2 });
        var (publisher, player) = (meeting.JoinStream(StreamKind.Publish, Key), meeting.JoinStream(StreamKind.Play, Key));
        Assert.Equal(StreamRefusal.Full, meeting.StreamRefused(StreamKind.Play, Key));
        Assert.True(meeting[publisher].MayPublish(meeting.State.Settings).Has(MediaSource.Camera));
        Assert.Equal(default, meeting[player].MayPublish(meeting.State.Settings));
    }

    [Fact]
    public void M33_what_a_stream_sends_is_what_arrives_and_it_leaves_with_its_session()
    {
        var meeting = WithKey();
        var stream = meeting.JoinStream(StreamKind.Publish, Key);
        Report(meeting, stream, sessions: 1, connected: true, MediaSource.Camera, MediaSource.Microphone);
        Assert.Equal((Presence.Connected, SourceSet.Of(MediaSource.Camera, MediaSource.Microphone)), (meeting[stream].Presence, meeting[stream].Sending));
        Report(meeting, stream, sessions: 1, connected: true, MediaSource.Camera);
        Assert.Equal(SourceSet.Of(MediaSource.Camera), meeting[stream].Sending);
        Assert.Empty(meeting.Do(new RoomReported(PodId.Parse("other"), [])).Events);
        meeting.Do(new RoomReported(Pod, []));
        Assert.Null(meeting.State.Find(stream));
    }

    [Fact]
    public void M33_a_stream_that_never_comes_is_released_like_anybody()
    {
        var meeting = WithKey();
        meeting.JoinStream(StreamKind.Publish, Key);
        Assert.Empty(meeting.Do(new RoomReported(Pod, [])).Events);
        meeting.Now += TimeSpan.FromSeconds(30);
        Assert.Equal(LeaveReason.NeverConnected, Assert.IsType<ParticipantLeft>(Assert.Single(meeting.Do(new SweepMeeting()).Events)).Reason);
    }

    [Fact]
    public void M34_a_stream_that_a_host_muted_stays_muted()
    {
        var meeting = WithKey();
        var (host, stream) = (meeting.Join(host: true), meeting.JoinStream(StreamKind.Publish, Key));
        Report(meeting, stream, sessions: 1, connected: true, MediaSource.Microphone);
        meeting.Accept(host, id => new HostMute(id, MediaSource.Microphone, stream));
        Report(meeting, stream, sessions: 1, connected: true, MediaSource.Microphone);
        Assert.Equal(default, meeting[stream].Sending);
        Assert.True(meeting[stream].Muted.Has(MediaSource.Microphone));
    }

    [Fact]
    public void M35_revoking_a_key_ends_its_streams_and_keys_are_bounded()
    {
        var meeting = WithKey();
        var stream = meeting.JoinStream(StreamKind.Play, Key);
        meeting.Do(new RevokeStreamKey("k1"));
        Assert.Null(meeting.State.Find(stream));
        Assert.Equal(MeetingRefusal.UnknownStreamKey, Assert.IsType<MeetingRefused>(meeting.Do(new RevokeStreamKey("k1")).Answer).Reason);
        Assert.Equal(MeetingRefusal.InvalidDisplayName, Assert.IsType<MeetingRefused>(meeting.Do(new CreateStreamKey("k2", "", Role.Attendee, "h")).Answer).Reason);
        for (var i = 0; i < meeting.Rules.MaxStreamKeys; i++) TestMeeting.Done(meeting.Do(new CreateStreamKey($"n{i}", "Camera", Role.Attendee, "h")));
        Assert.Equal(MeetingRefusal.TooManyStreamKeys, Assert.IsType<MeetingRefused>(meeting.Do(new CreateStreamKey("k3", "Camera", Role.Attendee, "h")).Answer).Reason);
    }

    [Fact]
    public void Streams_have_no_signaling_session()
    {
        var meeting = WithKey();
        Assert.Equal(CommandRefusal.NotInMeeting, TestMeeting.Refusal(meeting.Do(new OpenSession("s"), meeting.JoinStream(StreamKind.Play, Key))));
    }

    private static TestMeeting WithKey(MeetingSettings? settings = null)
    {
        var meeting = new TestMeeting(settings);
        TestMeeting.Done(meeting.Do(new CreateStreamKey("k1", "Camera 1", Role.Attendee, Secrets.Hash(Key))));
        return meeting;
    }

    private static void Report(TestMeeting meeting, ParticipantId id, int sessions, bool connected, params MediaSource[] publishing) =>
        TestMeeting.Done(meeting.Do(new RoomReported(Pod, [new ParticipantReport(id, sessions, connected, [.. publishing])])));
}
