using Conference.MediaPod.Sfu.Slots;
using Conference.MediaPod.Sfu.Speakers;

namespace Conference.Sfu.Tests.Speakers;

/// <summary>Cases S1 to S6 and A2 to A5 of docs/slots.md on traces of speech, coughs, typing and noise (tests/data/levels).</summary>
public sealed class SpeakerTraceTests
{
    private const int Room = 64;

    public static TheoryData<string> Speeches => ["speech-ann", "speech-bob", "speech-eve", "speech-ann-dtx"];

    [Theory]
    [MemberData(nameof(Speeches))]
    public void S1_who_begins_to_speak_in_silence_is_active_within_half_a_second_and_stays_it(string name)
    {
        var trace = LevelTrace.Read(name);
        var stage = new Stage(("quiet", LevelTrace.Constant(Room, trace.Milliseconds)), ("speaker", trace));
        stage.Run();
        Assert.InRange(stage.ActiveSince("speaker"), trace.Sound.First, trace.Sound.First + 500);
        Assert.Equal(1, stage.Changes);
    }

    [Theory]
    [InlineData("speech-ann", "speech-bob")]
    [InlineData("speech-bob", "speech-eve")]
    [InlineData("speech-eve", "speech-ann-dtx")]
    [InlineData("speech-ann-dtx", "speech-bob")]
    public void S1_who_answers_takes_over_within_half_a_second(string first, string second)
    {
        var (asks, answers) = (LevelTrace.Read(first), LevelTrace.Read(second));
        var pause = asks.Sound.Last + 200 - answers.Sound.First; // the answer begins 200 ms after the question ends
        var stage = new Stage(("ann", asks.Then(LevelTrace.Constant(Room, answers.Milliseconds))), ("bob", LevelTrace.Constant(Room, pause).Then(answers)));
        stage.Run();
        var began = asks.Sound.Last + 200;
        Assert.InRange(stage.ActiveSince("bob"), began, began + 500);
        Assert.Equal(2, stage.Changes);
    }

    [Fact]
    public void S6_coughs_change_nothing_in_silence_or_in_speech()
    {
        var speech = LevelTrace.Read("speech-ann");
        var coughs = LevelTrace.Read("coughs");
        var stage = new Stage(("ann", speech.Then(LevelTrace.Constant(Room, coughs.Milliseconds))), ("bob", coughs.Then(coughs)));
        stage.Run();
        Assert.Equal((1, "ann"), (stage.Changes, stage.Active));
    }

    [Theory]
    [InlineData("keyboard")]
    [InlineData("keyboard-dtx")]
    [InlineData("fan")]
    public void S3_S4_typing_and_noise_are_no_voice(string name)
    {
        var trace = LevelTrace.Read(name);
        var stage = new Stage(("bob", trace), ("ann", LevelTrace.Constant(Room, trace.Milliseconds)));
        stage.Run();
        Assert.Equal((0, null), (stage.Changes, stage.Active));
    }

    [Fact]
    public void S4_the_end_of_a_mute_makes_no_voice_of_a_room()
    {
        var trace = LevelTrace.Constant(127, 10_000).Then(LevelTrace.Constant(Room, 5_000));
        var stage = new Stage(("bob", trace), ("ann", LevelTrace.Constant(Room, 15_000)));
        stage.Run();
        Assert.Null(stage.Active);
    }

    [Fact]
    public void S2_two_who_talk_over_each_other_are_both_heard_and_the_active_speaker_does_not_flap()
    {
        var (ann, bob) = (LevelTrace.Read("speech-ann"), LevelTrace.Read("speech-bob"));
        var stage = new Stage(
            ("c", LevelTrace.Constant(Room, ann.Milliseconds)), ("k", LevelTrace.Read("keyboard").Until(ann.Milliseconds)),
            ("f", LevelTrace.Read("fan").Until(ann.Milliseconds)), ("ann", ann), ("bob", bob.Until(ann.Milliseconds)), ("coughs", LevelTrace.Read("coughs").Until(ann.Milliseconds)));
        stage.Run();
        Assert.InRange(stage.Changes, 1, 4);
        // From half a second after each began to the end both have one of three slots, and keep it.
        foreach (var speaker in new[] { "ann", "bob" })
        {
            Assert.InRange(stage.HeardSince(speaker), 0, 1_500);
            Assert.Equal(1, stage.Entries(speaker));
        }
    }

    [Fact]
    public void S3_nobody_who_claims_level_0_for_ever_keeps_others_out()
    {
        var speech = LevelTrace.Read("speech-bob");
        var forged = LevelTrace.Constant(0, 12_000 + speech.Milliseconds);
        var quiet = LevelTrace.Constant(Room, 12_000);
        var stage = new Stage(("f1", forged), ("f2", forged), ("f3", forged), ("bob", quiet.Then(speech)));
        stage.Run();
        var began = 12_000 + speech.Sound.First;
        Assert.InRange(stage.ActiveSince("bob"), began, began + 500);
        Assert.InRange(stage.HeardSince("bob"), began, began + 300);
    }

    [Fact]
    public void S3_also_while_the_forger_has_just_begun_who_speaks_is_heard()
    {
        var speech = LevelTrace.Read("speech-bob");
        var stage = new Stage(("f1", LevelTrace.Constant(0, speech.Milliseconds)), ("ann", LevelTrace.Constant(Room, speech.Milliseconds)), ("bob", speech));
        stage.Run();
        Assert.InRange(stage.HeardSince("bob"), 0, speech.Sound.First + 200);
        Assert.InRange(stage.ActiveSince("bob"), 0, 10_000);
    }

    [Theory]
    [InlineData("speech-ann")]
    [InlineData("speech-ann-dtx")]
    public void S5_without_levels_who_speaks_is_found_by_the_size_of_packets(string name)
    {
        var trace = LevelTrace.Read(name);
        var stage = new Stage(true, ("quiet", LevelTrace.Constant(Room, trace.Milliseconds)), ("speaker", trace));
        stage.Run();
        Assert.Equal("speaker", stage.Active);
        Assert.InRange(stage.ActiveSince("speaker"), 0, trace.Sound.First + 1_000);
    }

    /// <summary>Voices of one meeting and one listener with three slots, played packet by packet.</summary>
    private sealed class Stage
    {
        private readonly SpeakerRanking _ranking = new();
        private readonly (string Name, LevelTrace Trace, Voice Voice)[] _people;
        private readonly LoudnessFromSize[] _sizes;
        private readonly bool _bySize;
        private readonly int[] _slots = [AudioSlotAssignment.Empty, AudioSlotAssignment.Empty, AudioSlotAssignment.Empty];
        private readonly Dictionary<string, int> _activeSince = [], _heardSince = [], _entries = [];

        public Stage(params (string Name, LevelTrace Trace)[] people)
            : this(false, people)
        {
        }

        public Stage(bool bySize, params (string Name, LevelTrace Trace)[] people)
        {
            _bySize = bySize;
            _people = [.. people.Select((p, i) => (p.Name, p.Trace, new Voice(i, p.Name)))];
            _sizes = new LoudnessFromSize[people.Length];
            foreach (var (_, _, voice) in _people) _ranking.Add(voice);
        }

        public string? Active => _ranking.Active?.ParticipantId;

        public int Changes { get; private set; }

        public int ActiveSince(string name) => _activeSince.GetValueOrDefault(name, -1);

        public int HeardSince(string name) => _heardSince.GetValueOrDefault(name, -1);

        public int Entries(string name) => _entries.GetValueOrDefault(name);

        public void Run()
        {
            var end = _people.Max(p => p.Trace.Milliseconds);
            for (var now = 0; now < end; now += LevelTrace.PacketMilliseconds)
            {
                for (var i = 0; i < _people.Length; i++) Hear(i, now / LevelTrace.PacketMilliseconds);
                if ((now + LevelTrace.PacketMilliseconds) % SpeakerRanking.IntervalMilliseconds == 0) Rank(now + LevelTrace.PacketMilliseconds);
            }
        }

        private void Hear(int person, int packet)
        {
            var (_, trace, voice) = _people[person];
            if (packet >= trace.Packets.Length || trace.Packets[packet] is not { } sent) return;
            voice.Heard(_bySize ? _sizes[person].Loudness(sent.Bytes) : 127 - sent.Level);
        }

        private void Rank(int now)
        {
            var before = Active;
            _ranking.Rank(now);
            if (Active != before)
            {
                Changes++;
                _activeSince[Active!] = now;
            }
            var had = _slots.ToArray();
            var candidates = new List<AudioCandidate>();
            foreach (var v in _ranking.Ranked) candidates.Add(new AudioCandidate(v.PublicationId, v.Score, v.Speaking, v.LastSpokeMilliseconds ?? long.MinValue, v.Lasting));
            AudioSlotAssignment.Assign(candidates.ToArray(), _slots, now);
            foreach (var id in _slots.Except(had).Where(id => id >= 0))
            {
                var name = _people[id].Name;
                _entries[name] = _entries.GetValueOrDefault(name) + 1;
                _heardSince[name] = now;
            }
        }
    }
}
