using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>What a receiver makes of sender reports: by them sound and picture of one person are played in step, also right after its slots went over to somebody else.</summary>
public sealed class LipSyncTests : IAsyncDisposable
{
    private const int EncodingMilliseconds = 60; // pictures leave so much later than they were taken
    private const uint SoundSlot = 1000, PictureSlot = 2000;

    private readonly WorkerRig _rig = new();
    private readonly RigClient _bob;
    private readonly Person _ann, _zoe;
    private readonly Dictionary<uint, SenderReport> _reports = [];
    private readonly Dictionary<uint, (Person Person, uint Timestamp, int TakenAt)> _newest = [];
    private readonly List<(Person Person, double Milliseconds)> _apart = [];
    private int _now;

    public LipSyncTests()
    {
        _bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, SoundSlot), Slot("1", TrackSource.Camera, PictureSlot));
        _ann = Join("ann", 11, 22, clockMilliseconds: 5_000_000, turn: 0);
        _zoe = Join("zoe", 33, 44, clockMilliseconds: 900_000_000, turn: 10);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void Slots_that_go_over_to_somebody_else_are_in_step_from_the_first_picture_on()
    {
        Talk(_ann, 4_000);
        Talk(_zoe, 4_000); // in one breath: the sound's slot goes over when the other has been silent long enough (A4)
        var seen = _apart.Select(a => a.Person).Aggregate(new List<Person>(), (order, person) => order.Count > 0 && order[^1] == person ? order : [.. order, person]);
        Assert.Equal([_ann, _zoe], seen);
        Assert.All(_apart, a => Assert.InRange(a.Milliseconds, -5, 5));
        Assert.True(_apart.Count(a => a.Person == _zoe) > 400, $"{_apart.Count}");
    }

    private Person Join(string name, uint sound, uint picture, long clockMilliseconds, int turn) =>
        new(_rig.Connect(name, Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera)), sound, picture, clockMilliseconds, turn);

    private void Talk(Person speaker, int milliseconds)
    {
        for (var end = _now + milliseconds; _now < end;)
        {
            _rig.Pass(5);
            _now += 5;
            foreach (var person in new[] { _ann, _zoe })
            {
                if (_now % 20 != person.Turn) continue;
                person.Send(_now, isLoud: person == speaker);
                _rig.Turn();
                Hear(person);
            }
            if (_now > 1_500) Compare();
        }
    }

    // They send at different moments, so what comes at this one is this one's.
    private void Hear(Person person)
    {
        foreach (var packet in _bob.Read().Rtp)
        {
            var header = RigClient.Header(packet);
            _newest[header.Ssrc] = (person, header.Timestamp, header.Ssrc == SoundSlot ? _now : _now - EncodingMilliseconds);
        }
        foreach (var packet in _bob.Rtcp)
        {
            Assert.True(RtcpReader.TryParse(packet, out var blocks));
            foreach (var block in blocks)
            {
                if (SenderReport.TryRead(block, out var report)) _reports[report.Ssrc] = report;
            }
        }
    }

    private void Compare()
    {
        if (!_newest.TryGetValue(SoundSlot, out var sound) || !_newest.TryGetValue(PictureSlot, out var picture) || sound.Person != picture.Person) return;
        _apart.Add((sound.Person, PlayedAt(SoundSlot, sound.Timestamp, 48) - sound.TakenAt - (PlayedAt(PictureSlot, picture.Timestamp, 90) - picture.TakenAt)));
    }

    // In milliseconds of the pod's clock, as browsers reckon it.
    private double PlayedAt(uint slot, uint timestamp, int ticksPerMillisecond) =>
        _reports[slot].NtpTimestamp / 4294967.296 + (double)(int)(timestamp - _reports[slot].RtpTimestamp) / ticksPerMillisecond;

    private sealed class Person(RigClient client, uint sound, uint picture, long clockMilliseconds, int turn)
    {
        private ushort _sounds, _pictures;

        public int Turn => turn;

        public void Send(int now, bool isLoud)
        {
            client.Put(Audio("0", sound, ++_sounds, (byte)(isLoud ? 30 : 127), timestamp: (uint)now * 48));
            if (now % 40 == turn) client.Put(Video("1", picture, ++_pictures, (uint)(now - EncodingMilliseconds) * 90, key: _pictures % 10 == 1, pictureId: _pictures));
            if (now % 1000 != 500 + turn) return;
            Report(sound, (uint)now * 48, now);
            Report(picture, (uint)now * 90, now);
        }

        private void Report(uint ssrc, uint timestamp, int now) => client.SendRtcp((ref RtcpWriter w) =>
            w.TryAddSenderReport(new SenderReport(ssrc, (ulong)((clockMilliseconds + now) * 4294967.296), timestamp, 1, 1)));
    }
}
