using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Regions;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>T1 to T6 of docs/tenants.md at the machine: where only join tokens let people in, nothing else does.</summary>
public sealed class TokenRulesTests
{
    private static readonly PlacesAllowed TokensOnly = new(int.MaxValue, TokensOnly: true), Anybody = new(int.MaxValue), Unknown = new(int.MaxValue, TokensOnly: null);
    private static readonly TokenGrant Grant = new(null, "Ann", Secrets.Hash("jti"), DateTimeOffset.MaxValue);
    private readonly TestMeeting _meeting = new();
    private int _ids;

    [Fact]
    public void T1_nobody_comes_in_by_a_name_a_passcode_or_a_host_key()
    {
        var meeting = new TestMeeting(passcode: "1234");
        foreach (var take in (TakePlace[])[Take() with { Passcode = "1234" }, Take() with { HostKey = TestMeeting.HostKey }])
        {
            Assert.False(Decide(meeting, take, Anybody).IsRefused);
            Assert.Equal(JoinRefusal.TokenRequired, Refusal(Decide(meeting, take, TokensOnly)));
        }
        Assert.Equal(JoinRefusal.TokenRequired, Refusal(Decide(new TestMeeting(new MeetingSettings { Lobby = true }), Take(), TokensOnly)));
    }

    [Fact]
    public void T2_a_join_token_lets_in_whom_it_grants_that()
    {
        var joined = Decide(_meeting, Take() with { Token = Grant with { Role = Role.Host } }, TokensOnly).Events.OfType<ParticipantJoined>().Single();
        Assert.Equal((Role.Host, true), (joined.Role, joined.ByToken));
        Assert.Null(Decide(_meeting, Take(), Anybody).Events.OfType<ParticipantJoined>().Single().ByToken);
    }

    [Fact]
    public void T3_streams_come_by_a_join_token_too_and_by_no_key_or_open_link()
    {
        var meeting = new TestMeeting(new MeetingSettings { OpenPublish = true, OpenPlay = true });
        meeting.Do(new CreateStreamKey("k1", "Camera 1", Role.Attendee, Secrets.Hash("key")));
        foreach (var kind in (StreamKind[])[StreamKind.Publish, StreamKind.Play])
        {
            foreach (var key in (string?[])[null, "key"])
            {
                Assert.False(Decide(meeting, new TakeStreamPlace(NewId(), kind, key), Anybody).IsRefused);
                Assert.Equal(new StreamRefused(StreamRefusal.TokenRequired), Decide(meeting, new TakeStreamPlace(NewId(), kind, key), TokensOnly).Answer);
            }
            Assert.False(Decide(meeting, new TakeStreamPlace(NewId(), kind, Token: Grant), TokensOnly).IsRefused);
        }
        Assert.False(Decide(new TestMeeting(passcode: "1234"), new TakeStreamPlace(NewId(), StreamKind.Publish, Token: Grant), TokensOnly).IsRefused);
        meeting.Apply(Decide(meeting, new TakeStreamPlace(NewId(), StreamKind.Publish, Token: Grant), TokensOnly));
        Assert.Equal(new StreamRefused(StreamRefusal.InvalidStreamKey), Decide(meeting, new TakeStreamPlace(NewId(), StreamKind.Publish, Token: Grant), TokensOnly).Answer);
    }

    [Fact]
    public void T4_whoever_came_by_a_token_comes_back_and_nobody_else_does_or_becomes_host_by_a_key()
    {
        var bob = _meeting.Join("Bob");
        var ann = NewId();
        _meeting.Apply(Decide(_meeting, new TakePlace(ann, "Ann", Secrets.Hash(TestMeeting.TokenOf(ann)), Token: Grant), TokensOnly));
        Assert.Equal(ann, Decide(_meeting, new ResumePlace(TestMeeting.TokenOf(ann)), TokensOnly).Place);
        Assert.Equal(JoinRefusal.TokenRequired, Refusal(Decide(_meeting, new ResumePlace(TestMeeting.TokenOf(ann), TestMeeting.HostKey), TokensOnly)));
        Assert.Equal(JoinRefusal.TokenRequired, Refusal(Decide(_meeting, new ResumePlace(TestMeeting.TokenOf(bob)), TokensOnly)));
        Assert.Equal(bob, Decide(_meeting, new ResumePlace(TestMeeting.TokenOf(bob)), Anybody).Place);
        // Nor after a crash, out of a snapshot.
        _meeting.State = JournalWords.Rebuild(_meeting.State.Id, new Conference.Silo.Journal.JournalLoad(JournalWords.ToSnapshot(_meeting.State), [], _meeting.State.Seq + 1, null)).State;
        Assert.Equal(ann, Decide(_meeting, new ResumePlace(TestMeeting.TokenOf(ann)), TokensOnly).Place);
        Assert.Equal(JoinRefusal.TokenRequired, Refusal(Decide(_meeting, new ResumePlace(TestMeeting.TokenOf(bob)), TokensOnly)));
    }

    [Fact]
    public void T5_where_the_terms_are_not_known_they_are_asked_for_before_anybody_without_a_token_comes_in()
    {
        Assert.True(Decide(_meeting, Take(), Unknown).NeedsTerms);
        Assert.True(Decide(new TestMeeting(new MeetingSettings { Lobby = true }), Take(), Unknown).NeedsTerms);
        Assert.True(Decide(_meeting, new ResumePlace(TestMeeting.TokenOf(_meeting.Join()), TestMeeting.HostKey), Unknown).NeedsTerms);
        Assert.False(Decide(_meeting, Take() with { Token = Grant }, Unknown).NeedsTerms);
        Assert.Equal(JoinRefusal.Unavailable, Refusal(Decide(_meeting, Take(), Unknown with { Refusal = QuotaRefusal.Unavailable })));
    }

    private Decision Decide(TestMeeting meeting, MeetingCommand command, PlacesAllowed places)
    {
        var decision = MeetingMachine.Decide(meeting.State, new CommandEnvelope(command), meeting.Now, meeting.Rules, meeting.Placement, places: places);
        Assert.False(decision.NeedsPod);
        return decision;
    }

    private TakePlace Take() => new(NewId(), "Ann", Secrets.Hash("token"));

    private ParticipantId NewId() => ParticipantId.Parse($"x{++_ids}");

    private static JoinRefusal Refusal(Decision decision) => Assert.IsType<JoinRefused>(decision.Answer).Reason;
}
