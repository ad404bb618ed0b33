using System.Collections.Immutable;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>X20 to X29 of docs/encryption.md.</summary>
public sealed class EncryptionRulesTests
{
    private static readonly MeetingSettings Encrypted = new(Encrypted: true);
    private static readonly string Box = new('b', 80);
    private readonly TestMeeting _meeting = new(Encrypted);

    [Fact]
    public void X20_an_encrypted_meeting_is_one_for_good_and_has_bounds()
    {
        var host = _meeting.Join("Host", host: true);
        Assert.Equal(200, _meeting.State.Settings.MaxParticipants);
        Assert.True(_meeting.State.ViewOf(_meeting[host]).Settings.Encrypted);
        Assert.Equal(CommandRefusal.EncryptionFixed, _meeting.Refuse(host, id => new HostSettings(id, "Open", new())));
        Assert.Equal(MeetingRefusal.EncryptionFixed, Assert.IsType<MeetingRefused>(_meeting.Do(new ChangeMeeting(null, new(), null)).Answer).Reason);
        Assert.Equal(CommandRefusal.EncryptionFixed, new TestMeeting() is var open && open.Join("Host", host: true) is var other ? open.Refuse(other, id => new HostSettings(id, "T", Encrypted)) : default);
        _meeting.Accept(host, id => new HostSettings(id, "Many", Encrypted with { Lobby = true, MaxParticipants = 1000 }));
        Assert.Equal((true, 200), (_meeting.State.Settings.Lobby, _meeting.State.Settings.MaxParticipants));
        foreach (var impossible in (MeetingSettings[])[Encrypted with { Webinar = true }, Encrypted with { OpenPlay = true }, Encrypted with { OpenPublish = true }])
        {
            var create = new CreateMeeting("lusab-babad-gutih-tugad", "T", TenantId.Parse("default"), impossible, Secrets.Hash("key"));
            Assert.Equal(MeetingRefusal.InvalidSettings, Assert.IsType<MeetingRefused>(new TestMeeting(create: false).Do(create).Answer).Reason);
            Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(host, id => new HostSettings(id, "T", impossible)));
        }
    }

    [Fact]
    public void X21_what_needs_plain_sound_or_pictures_is_refused_by_name()
    {
        _meeting.Join("Host", host: true);
        Assert.Equal(StreamRefusal.Encrypted, _meeting.StreamRefused(StreamKind.Publish));
        Assert.Equal(StreamRefusal.Encrypted, _meeting.StreamRefused(StreamKind.Play));
        Assert.Equal(MeetingRefusal.Encrypted, Refusal(new CreateStreamKey("k", "OBS", Role.Attendee, Secrets.Hash("k"))));
        Assert.Equal(MeetingRefusal.Encrypted, Refusal(new ShowCaption(new CaptionRequest("Hello"))));
    }

    [Fact]
    public void X22_every_join_is_one_step_and_the_lobby_is_none()
    {
        var meeting = new TestMeeting(Encrypted with { Lobby = true });
        var host = meeting.Join("Host", host: true);
        Assert.Equal(new EncryptionView(0, 1, FromLink: true), meeting.State.Encryption);
        var guest = meeting.Join("Guest");
        Assert.Equal(1, meeting.State.Encryption!.Step);
        meeting.Accept(host, id => new HostAdmit(id, guest));
        Assert.Equal(2, meeting.State.Encryption!.Step);
        Assert.Equal(meeting.State.Encryption, meeting.State.ViewOf(meeting[guest]).Encryption);
        meeting.Accept(guest, id => new Leave(id));
        Assert.Equal((2, false), (meeting.State.Encryption!.Step, meeting.State.Encryption.RotationDue));
        Assert.Null(new TestMeeting().State.Encryption);
    }

    [Fact]
    public void X23_keys_are_announced_to_all_and_the_agreement_key_stays()
    {
        var (ann, bob) = (_meeting.Join("Ann", host: true), _meeting.Join("Bob"));
        _meeting.Accept(ann, id => new EncryptionAnnounce(id, Keys('a')));
        Assert.Empty(_meeting.Accept(ann, id => new EncryptionAnnounce(id, Keys('a'))));
        Assert.Equal(Keys('a'), _meeting.State.ViewOf(_meeting[bob]).Participants[0].Keys);
        _meeting.Accept(ann, id => new EncryptionAnnounce(id, Keys('a') with { Salt = new('s', 22), NeedsSecret = true, Attempt = 1 }));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(ann, id => new EncryptionAnnounce(id, Keys('b'))));
        foreach (var broken in (EncryptionKeys[])[Keys('a') with { PublicKey = "short" }, Keys('a') with { Salt = new('+', 22) }, Keys('a') with { Proof = new('p', 44) }, Keys('a') with { Attempt = -1 }])
            Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(bob, id => new EncryptionAnnounce(id, broken)));
        var open = new TestMeeting();
        Assert.Equal(CommandRefusal.SwitchedOff, open.Refuse(open.Join(), id => new EncryptionAnnounce(id, Keys('a'))));
        Assert.Equal(CommandRefusal.SwitchedOff, open.Refuse(open.Join(), id => new EncryptionSeal(id, 0, 0, [])));
    }

    [Fact]
    public void X24_with_the_last_of_them_the_next_begin_with_the_link_again()
    {
        var ann = _meeting.Join("Ann", host: true);
        _meeting.Accept(ann, id => new EncryptionSeal(id, 1, 0, [], Rotate: true));
        Assert.Equal(new EncryptionView(1, 0, FromLink: false), _meeting.State.Encryption);
        _meeting.Accept(ann, id => new Leave(id));
        Assert.Equal(new EncryptionView(2, 0, FromLink: true), _meeting.State.Encryption);
        _meeting.Join("Ann");
        Assert.Equal(new EncryptionView(2, 1, FromLink: true), _meeting.State.Encryption);
    }

    [Fact]
    public void X25_a_removal_makes_a_fresh_secret_due_which_only_hosts_make()
    {
        var (ann, bob, eve) = (_meeting.Join("Ann", host: true), _meeting.Join("Bob"), _meeting.Join("Eve"));
        _meeting.Accept(ann, id => new HostRemove(id, eve));
        Assert.Equal(new EncryptionView(0, 3, FromLink: true, 1, RotationDue: true), _meeting.State.Encryption);
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(bob, id => new EncryptionSeal(id, 1, 0, [new(ann, Box)], 1, Rotate: true)));
        Assert.Equal(CommandRefusal.Outdated, _meeting.Refuse(ann, id => new EncryptionSeal(id, 2, 0, [], 1, Rotate: true)));
        Assert.Equal(CommandRefusal.Outdated, _meeting.Refuse(ann, id => new EncryptionSeal(id, 0, 3, [], 1, Rotate: true)));
        var events = _meeting.Accept(ann, id => new EncryptionSeal(id, 1, 0, [new(bob, Box), new(eve, Box)], 1, Rotate: true));
        Assert.Equal([new SealedSecret(bob, Box)], Assert.IsType<EncryptionSealed>(events[0]).Boxes.AsEnumerable());
        Assert.Equal(new EncryptionRotated(1), events[1]);
        Assert.Equal(new EncryptionView(1, 0, FromLink: false, 1), _meeting.State.Encryption);
    }

    [Fact]
    public void X26_a_fresh_secret_does_not_count_when_somebody_was_removed_while_it_was_handed_out()
    {
        var (ann, bob, eve) = (_meeting.Join("Ann", host: true), _meeting.Join("Bob"), _meeting.Join("Eve"));
        _meeting.Accept(ann, id => new EncryptionSeal(id, 1, 0, [new(bob, Box), new(eve, Box)]));
        _meeting.Accept(ann, id => new HostRemove(id, eve));
        Assert.Equal(CommandRefusal.Outdated, _meeting.Refuse(ann, id => new EncryptionSeal(id, 1, 0, [], Rotate: true)));
        Assert.True(_meeting.State.Encryption!.RotationDue);
        _meeting.Accept(ann, id => new EncryptionSeal(id, 1, 0, [new(bob, Box)], 1, Rotate: true));
        Assert.False(_meeting.State.Encryption!.RotationDue);
    }

    [Fact]
    public void X27_boxes_go_to_whom_they_are_for_and_anybody_hands_on_the_present_secret()
    {
        var (ann, bob, cat) = (_meeting.Join("Ann", host: true), _meeting.Join("Bob"), _meeting.Join("Cat"));
        var sealing = Assert.IsType<EncryptionSealed>(_meeting.Accept(bob, id => new EncryptionSeal(id, 0, 3, [new(cat, Box)])).Single());
        var shown = Publication.Of(_meeting.State, new MeetingEvent(_meeting.State.Id, 99, _meeting.Now, sealing, bob));
        Assert.Equal((EventAudience.Named, true, true, false), (shown.Audience, shown.Also.Contains(bob), shown.Also.Contains(cat), shown.Also.Contains(ann)));
        Assert.Equal(CommandRefusal.Outdated, _meeting.Refuse(bob, id => new EncryptionSeal(id, 0, 4, [new(cat, Box)])));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(bob, id => new EncryptionSeal(id, 0, 3, [new(cat, "short")])));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(bob, id => new EncryptionSeal(id, 0, 3, [.. Enumerable.Repeat(new SealedSecret(cat, Box), 51)])));
    }

    private static EncryptionKeys Keys(char c) => new(new(c, 87), new(c, 22), new(c, 43));

    private MeetingRefusal Refusal(MeetingCommand command) => Assert.IsType<MeetingRefused>(_meeting.Do(command).Answer).Reason;
}
