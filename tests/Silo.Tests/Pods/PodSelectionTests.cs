using Conference.Contracts.Pods;
using Conference.Silo.Grains.Regions;
using Conference.Silo.Pods;

namespace Conference.Silo.Tests.Pods;

/// <summary>The cases of docs/pod-selection.md that one region decides.</summary>
public sealed class PodSelectionTests
{
    private static readonly PodOptions Options = new();

    [Fact]
    public void P2_of_two_pods_the_less_loaded_is_chosen_whatever_chance_says()
    {
        for (var seed = 0; seed < 50; seed++) Assert.Equal((PodId.Parse("b"), "P2"), Choose(seed, Pod("a", load: 0.5), Pod("b", load: 0.4)));
    }

    [Fact]
    public void P2_of_many_pods_the_most_loaded_is_never_chosen_and_the_others_share()
    {
        var chosen = Enumerable.Range(0, 300).Select(seed => Choose(seed, Pod("a", 0.1), Pod("b", 0.2), Pod("c", 0.3), Pod("d", 0.9)).Pod!.Value.Value).GroupBy(x => x).ToDictionary(g => g.Key, g => g.Count());
        Assert.DoesNotContain("d", chosen.Keys);
        Assert.True(chosen["a"] > chosen["b"] && chosen["b"] > chosen["c"] && chosen["c"] > 0);
    }

    [Fact]
    public void P2_what_was_placed_just_now_counts_before_the_load_shows_it() =>
        Assert.Equal((PodId.Parse("b"), "P2"), Choose(1, Pod("a", 0.10, recent: 10), Pod("b", 0.25)));

    [Fact]
    public void R1_draining_incompatible_and_recording_pods_are_never_chosen()
    {
        Assert.Equal((null, "R1"), Choose(1));
        Assert.Equal((null, "R1"), Choose(1, Pod("a") with { Status = Pod("a").Status with { Drain = DrainMode.Wait } }, Pod("b") with { Status = Pod("b").Status with { Version = "2.0.0" } },
            Pod("c") with { Status = Pod("c").Status with { Role = PodRole.Recorder } }));
    }

    [Fact]
    public void R2_full_pods_are_refused_by_name()
    {
        Assert.Equal((null, "R2"), Choose(1, Pod("a", load: 0.95), Pod("b") with { Status = Pod("b").Status with { Planned = 500 } }));
        Assert.Equal((PodId.Parse("c"), "P2"), Choose(1, Pod("a", load: 0.95), Pod("c", load: 0.94)));
    }

    [Theory]
    [InlineData("1.0.0", "1.9.3", true)]
    [InlineData("1.0.0", "2.0.0", false)]
    [InlineData("dev", "2.0.0", true)]
    [InlineData("", "2.0.0", true)]
    public void Versions_of_one_major_number_share_meetings(string one, string other, bool expected) => Assert.Equal(expected, PodSelection.AreCompatible(one, other));

    private static (PodId? Pod, string Case) Choose(int seed, params PodCandidate[] pods) =>
        PodSelection.Choose(pods, "1.2.3", Options, new Random(seed)) is var p ? (p.PodId, p.Case) : default;

    private static PodCandidate Pod(string id, double load = 0.1, int recent = 0) =>
        new(new PodStatus(PodId.Parse(id), PodRole.Media, "local", $"http://{id}", "1.0.0", new PodCapacity(500, 1000), new PodLoad(load, 0, 0, 0, 0), 0, 0, 0, null), recent);
}
