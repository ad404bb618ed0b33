using Conference.MediaPod.Sfu.Speakers;

namespace Conference.Sfu.Tests.Speakers;

/// <summary>Cases S1 to S5 of docs/slots.md.</summary>
public sealed class SpeakerRankingTests
{
    private const int Speech = 90, Quiet = 40;

    private readonly SpeakerRanking _ranking = new();
    private readonly Voice _ann = new(1, "ann");
    private readonly Voice _bob = new(2, "bob");
    private long _now;

    public SpeakerRankingTests()
    {
        _ranking.Add(_ann);
        _ranking.Add(_bob);
        Hear(2_000, ann: Quiet, bob: Quiet);
    }

    [Fact]
    public void Nobody_is_active_before_anybody_spoke() => Assert.Null(_ranking.Active);

    [Fact]
    public void S1_the_first_who_speaks_is_active_within_half_a_second()
    {
        Hear(500, ann: Quiet, bob: Speech);
        Assert.Same(_bob, _ranking.Active);
        Assert.Same(_bob, _ranking.Ranked[0]);
    }

    [Fact]
    public void S1_who_spoke_last_stays_active_in_silence()
    {
        Hear(1_000, ann: Speech, bob: Quiet);
        Hear(20_000, ann: Quiet, bob: Quiet);
        Assert.Same(_ann, _ranking.Active);
        Assert.False(_ann.Speaking);
    }

    [Fact]
    public void S1_another_takes_over_after_a_pause()
    {
        Hear(1_000, ann: Speech, bob: Quiet);
        Hear(3_000, ann: Quiet, bob: Speech);
        Assert.Same(_bob, _ranking.Active);
    }

    [Fact]
    public void S2_a_little_louder_does_not_take_over()
    {
        Hear(1_000, ann: Speech, bob: Quiet);
        Hear(5_000, ann: Speech, bob: Speech + 4);
        Assert.Same(_ann, _ranking.Active);
    }

    [Fact]
    public void S2_much_louder_takes_over_only_when_it_lasts()
    {
        Hear(1_000, ann: 70, bob: Quiet);
        Hear(300, ann: 70, bob: 100);
        Assert.Same(_ann, _ranking.Active);
        Hear(1_500, ann: 70, bob: 100);
        Assert.Same(_bob, _ranking.Active);
    }

    [Fact]
    public void S3_who_shouts_level_0_for_ever_sinks_below_who_speaks()
    {
        Hear(60_000, ann: 127, bob: Quiet);
        Hear(1_000, ann: 127, bob: Speech);
        Assert.False(_ann.Speaking);
        Assert.Same(_bob, _ranking.Ranked[0]);
        Assert.Same(_bob, _ranking.Active);
    }

    [Fact]
    public void S4_no_packets_are_silence()
    {
        Hear(1_000, ann: Speech, bob: Quiet);
        Hear(3_000, ann: null, bob: Quiet);
        Assert.False(_ann.Speaking);
    }

    [Fact]
    public void S5_speech_is_found_by_packet_size_where_there_are_no_levels()
    {
        var loudness = new LoudnessFromSize();
        for (var i = 0; i < 500; i++) loudness.Loudness(i % 2 == 0 ? 60 : 140);
        Assert.Equal(0, loudness.Loudness(3));
        Assert.InRange(loudness.Loudness(140), 90, 97);
        Assert.InRange(loudness.Loudness(100), 55, 70);
        Assert.InRange(loudness.Loudness(60), 37, 42);
    }

    [Fact]
    public void S5_packets_of_one_size_say_nothing()
    {
        var loudness = new LoudnessFromSize();
        for (var i = 0; i < 500; i++) Assert.Equal(37, loudness.Loudness(160));
    }

    [Fact]
    public void A_voice_that_leaves_is_neither_ranked_nor_active()
    {
        Hear(1_000, ann: Speech, bob: Quiet);
        var revision = _ranking.Revision;
        _ranking.Remove(_ann);
        Assert.Null(_ranking.Active);
        Assert.Equal(1, _ranking.Ranked.Length);
        Assert.True(_ranking.Revision > revision);
    }

    [Fact]
    public void A_steady_state_is_no_news()
    {
        Hear(5_000, ann: Quiet, bob: Quiet);
        var revision = _ranking.Revision;
        Hear(5_000, ann: Quiet, bob: Quiet);
        Assert.Equal(revision, _ranking.Revision);
    }

    private void Hear(int milliseconds, int? ann, int? bob)
    {
        for (var end = _now + milliseconds; _now < end;)
        {
            for (var i = 0; i < 5; i++)
            {
                if (ann is { } a) _ann.Heard(a);
                if (bob is { } b) _bob.Heard(b);
            }
            _now += SpeakerRanking.IntervalMilliseconds;
            _ranking.Rank(_now);
        }
    }
}
