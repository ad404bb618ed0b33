using System.Net;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>Every kind of bad input has one name, is counted under it, and harms nobody else.</summary>
public sealed class BadInputTests : IAsyncDisposable
{
    private readonly WorkerRig _rig = new();
    private readonly RigClient _ann;
    private readonly RigClient _bob;

    public BadInputTests()
    {
        _ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        _bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        _ann.Send(Audio("0", 11, 1, 30));
        Assert.Single(_bob.Read().Rtp);
    }

    public async ValueTask DisposeAsync()
    {
        // Whatever happened, the others' media still flows.
        _ann.Send(Audio("0", 11, 2000, 30));
        Assert.Contains(_bob.Read().Rtp, p => RigClient.Header(p).Ssrc == 1000);
        await _rig.DisposeAsync();
    }

    [Fact]
    public void Rtp_of_an_unknown_ssrc()
    {
        for (uint ssrc = 900; ssrc < 1200; ssrc++) _ann.Put(Video("nobody", ssrc, 1, 0));
        _rig.Turn();
        Assert.Equal(300, _rig.Drops(DropReason.RtpUnknownSsrc));
        Assert.Equal(0, _rig.Drops(DropReason.SrtpTooManyStreams));
    }

    [Fact]
    public void Replayed_srtp()
    {
        var datagram = _ann.Put(Audio("0", 11, 2, 30));
        _rig.Turn();
        _rig.Port.Put(datagram, _ann.Path);
        _rig.Turn();
        Assert.Equal(1, _rig.Drops(DropReason.SrtpReplay));
        Assert.Single(_bob.Read().Rtp);
    }

    [Fact]
    public void Srtp_that_was_changed_on_the_way()
    {
        var datagram = _ann.Protect(Audio("0", 11, 2, 30));
        datagram[^1] ^= 1;
        _rig.Port.Put(datagram, _ann.Path);
        _rig.Turn();
        Assert.Equal(1, _rig.Drops(DropReason.SrtpAuthentication));
    }

    [Fact]
    public void A_publisher_of_50_megabits_is_cut_to_the_bound()
    {
        ushort next = 0;
        _rig.Port.Keeps = false;
        var before = _rig.Worker.Tally.Forwarded;
        _rig.Pass(4_000, _ =>
        {
            for (var i = 0; i < 31; i++) _ann.Put(Video("1", 22, next, next++ * 100u, key: next == 1, payload: 1000)); // 31 x 8 kbit in 5 ms
        });
        _rig.Port.Keeps = true;
        var forwarded = (_rig.Worker.Tally.Forwarded - before) * 1024 * 8 / 4.0;
        Assert.InRange(forwarded, 5_000_000, 12_900_000);
        Assert.True(_rig.Drops(DropReason.PublisherPoliced) > 10_000);
    }

    [Fact]
    public void A_publisher_is_cut_to_what_its_tenant_pays_for()
    {
        ushort next = 0;
        _rig.Port.Keeps = false;
        _rig.Worker.ApplyPolicy("room", "ann", PublishPolicy.Everything with { PublishBitsPerSecond = 1_500_000 });
        var before = _rig.Worker.Tally.Forwarded;
        _rig.Pass(4_000, _ =>
        {
            for (var i = 0; i < 3; i++) _ann.Put(Video("1", 22, next, next++ * 100u, key: next == 1, payload: 1000)); // 3 x 8 kbit in 5 ms
        });
        _rig.Port.Keeps = true;
        Assert.InRange((_rig.Worker.Tally.Forwarded - before) * 1024 * 8 / 4.0, 1_000_000, 1_700_000);
        Assert.True(_rig.Drops(DropReason.PublisherPoliced) > 1_000);
    }

    [Fact]
    public void Dtls_before_a_valid_check_and_garbage_of_every_kind()
    {
        var stranger = new TransportPath(TransportAddress.From(new IPEndPoint(IPAddress.Parse("10.9.9.9"), 5)), _ann.Path.Local);
        byte[] hello = [22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
        _rig.Port.Put(hello, stranger);
        _rig.Port.Put([128, 96, 0, 0], stranger);
        _rig.Port.Put([100, 1, 2, 3], stranger);
        _rig.Port.Put([], stranger);
        _rig.Port.Put([0, 1, 2, 3], stranger);
        _rig.Turn();
        Assert.Equal(1, _rig.Drops(DropReason.DtlsBeforeIce));
        Assert.Equal(1, _rig.Drops(DropReason.UnknownAddress));
        Assert.Equal(1, _rig.Drops(DropReason.UnknownPacketKind));
        Assert.Equal(1, _rig.Drops(DropReason.PacketTooLarge));
        Assert.Equal(1, _rig.Drops(DropReason.StunMalformed));
        Assert.Equal(0, _rig.DtlsDatagrams);
        Assert.DoesNotContain(_rig.Port.Out, d => d.Path == stranger);
    }

    [Fact]
    public void A_check_with_wrong_integrity_or_of_nobody()
    {
        var eve = _rig.Open("eve", Slot("0", TrackSource.Microphone, 3000));
        eve.Check(password: "not the password of this one");
        Assert.Equal(1, _rig.Drops(DropReason.StunIntegrity));
        Assert.Equal(0, eve.Read().StunReplies);
        _rig.Worker.Close("eve", SessionEnd.Deleted);
        eve.Check();
        Assert.Equal(1, _rig.Drops(DropReason.StunUnknownUser));
    }

    [Fact]
    public void Srtp_before_keys()
    {
        var eve = _rig.Open("eve", Sends("0", TrackSource.Microphone));
        eve.Check();
        eve.Send(Audio("0", 5, 1, 30));
        Assert.Equal(1, _rig.Drops(DropReason.SrtpBeforeKeys));
    }

    [Fact]
    public void Rtp_that_is_malformed_behind_the_encryption()
    {
        var packet = Audio("0", 11, 2, 30);
        packet[0] |= 0x20; // padding, whose length is then the last byte
        packet[^1] = 255;
        _ann.Send(packet);
        Assert.Equal(1, _rig.Drops(DropReason.RtpMalformed));
    }

    [Fact]
    public void A_payload_type_that_was_not_agreed()
    {
        var packet = Audio("0", 11, 2, 30);
        RtpHeader.SetPayloadType(packet, 99);
        _ann.Send(packet);
        Assert.Equal(1, _rig.Drops(DropReason.RtpUnknownPayloadType));
    }

    [Fact]
    public void Rtcp_that_is_malformed_or_asks_for_what_is_not_there()
    {
        _ann.SendRtcp([0x80, 201, 0, 9, 0, 0, 0, 1]);
        Assert.Equal(1, _rig.Drops(DropReason.RtcpMalformed));
        _bob.SendRtcp([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0x99, 0x99]);
        Assert.Equal(1, _rig.Drops(DropReason.RtcpUnknownSsrc));
        _bob.SendRtcp([0x9F, 201, 0, 1, 0, 0, 0, 1]); // says 31 reports, has none
        Assert.Equal(2, _rig.Drops(DropReason.RtcpMalformed));
    }

    [Fact]
    public void Retransmissions_that_are_empty_or_of_nothing()
    {
        _ann.Send(Video("1", 22, 1, 0, key: true));
        var rtx = Video("1", 23, 9, 0);
        RtpHeader.SetPayloadType(rtx, Vp8RtxType);
        var header = RigClient.Header(rtx);
        _ann.Send(rtx[..header.HeaderLength]);
        Assert.Equal(1, _rig.Drops(DropReason.RtpPaddingOnly));
    }

    [Fact]
    public void A_hundred_thousand_random_datagrams_change_nothing()
    {
        var random = new Random(1);
        _rig.Port.Keeps = false;
        for (var i = 0; i < 100_000; i++)
        {
            var datagram = new byte[random.Next(1, 200)];
            random.NextBytes(datagram);
            _rig.Port.Put(datagram, _ann.Path);
            if (i % 1000 == 0) _rig.Turn();
        }
        _rig.Turn();
        _rig.Port.Keeps = true;
        Assert.Equal(2, _rig.Worker.Tally.Sessions);
    }
}
