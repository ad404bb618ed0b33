using Conference.MediaPod.Sfu.Sessions;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>Breakout rooms: one media room, in which only those of a group hear and see each other.</summary>
public sealed class GroupTests : IAsyncDisposable
{
    private readonly WorkerRig _rig = new();
    private int _sent;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void Sound_and_pictures_stay_in_the_group_and_follow_into_another()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        Assert.Equal(2, Arrived(1));
        _rig.Worker.ApplyPolicy("room", "bob", PublishPolicy.Everything with { Group = "1" });
        Assert.Equal(0, Arrived(2));
        _rig.Worker.ApplyPolicy("room", "ann", PublishPolicy.Everything with { Group = "1" });
        Assert.Equal(2, Arrived(3));
        _rig.Worker.ApplyPolicy("room", "bob", PublishPolicy.Everything);
        Assert.Equal(0, Arrived(4));
        _rig.Worker.ApplyPolicy("room", "ann", PublishPolicy.Everything);
        Assert.Equal(2, Arrived(5));

        int Arrived(int number)
        {
            _rig.Pass(20);
            ann.Send(Audio("0", 11, (ushort)number, 10), Video("1", 22, (ushort)(100 + number), (uint)(9000 * number), key: true, pictureId: (ushort)number));
            return bob.Read().Rtp.Count;
        }
    }

    [Fact]
    public async Task S9_Each_group_has_an_active_speaker_of_its_own()
    {
        var (ann, dan) = (Publishes("ann"), Publishes("dan"));
        var (bob, cid) = (Watches("bob"), Watches("cid"));
        foreach (var id in (string[])["ann", "bob"]) _rig.Worker.ApplyPolicy("room", id, PublishPolicy.Everything with { Group = "1" });
        // Ann is louder by far: in her group only.
        Speak(1_500, (ann, 20), (dan, 29));
        await _rig.SettleAsync();
        Assert.Equal(["ann"], ActiveOf(bob));
        Assert.Equal(["dan"], ActiveOf(cid));
        Assert.Equal("ann", bob.Events.Slots.Last()[1].ParticipantId);
        Assert.Equal("dan", cid.Events.Slots.Last()[1].ParticipantId);

        // Who comes back out is told at once who speaks here, and takes the own voice along.
        _rig.Worker.ApplyPolicy("room", "bob", PublishPolicy.Everything);
        await _rig.SettleAsync();
        Assert.Equal(["dan"], ActiveOf(bob));
        _rig.Worker.ApplyPolicy("room", "ann", PublishPolicy.Everything);
        Speak(1_500, (ann, 20), (dan, 29));
        await _rig.SettleAsync();
        Assert.Equal(["ann"], ActiveOf(cid));
        Assert.Equal(["ann", "dan"], cid.Events.Speakers.Last().Select(s => s.ParticipantId));
    }

    [Fact]
    public async Task S9_In_the_group_that_was_left_nobody_speaks_any_more()
    {
        var ann = Publishes("ann");
        var bob = Watches("bob");
        Speak(1_000, (ann, 30));
        await _rig.SettleAsync();
        Assert.Equal(["ann"], ActiveOf(bob));
        _rig.Worker.ApplyPolicy("room", "ann", PublishPolicy.Everything with { Group = "1" });
        Speak(300, (ann, 30));
        await _rig.SettleAsync();
        Assert.Empty(bob.Events.Speakers.Last());
    }

    private RigClient Publishes(string id) => _rig.Connect(id, Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));

    private RigClient Watches(string id) => _rig.Connect(id, Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));

    private void Speak(int milliseconds, params (RigClient Client, int Level)[] speakers) => _rig.Pass(milliseconds, passed =>
    {
        if (passed % 20 != 0) return;
        _sent++;
        foreach (var (client, level) in speakers)
        {
            client.Put(Audio("0", 11, (ushort)_sent, (byte)level));
            client.Put(Video("1", 22, (ushort)_sent, (uint)(1800 * _sent), key: _sent == 1, pictureId: (ushort)_sent));
        }
    });

    private static IEnumerable<string> ActiveOf(RigClient client) => client.Events.Speakers.Last().Where(s => s.Active).Select(s => s.ParticipantId);
}
