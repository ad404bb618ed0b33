using Conference.MediaPod.Sfu.Redundancy;

namespace Conference.Sfu.Tests.Redundancy;

/// <summary>Cases N11 and N12 of docs/repair.md.</summary>
public sealed class LossyPathTests
{
    private readonly LossyPath _path = new();
    private long _now;

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(2, 2, 3)]
    [InlineData(20, 2, 3)]
    [InlineData(25, 3, 3)]
    [InlineData(90, 3, 3)]
    public void N11_a_lossy_path_gets_several_copies_of_a_repair(int lostOfHundred, int first, int later)
    {
        Assert.Equal((first, later), (RepairPolicy.Copies(lostOfHundred / 100.0, isAskedAgain: false), RepairPolicy.Copies(lostOfHundred / 100.0, isAskedAgain: true)));
        if (first < RepairPolicy.MostCopies) Assert.True(Math.Pow(lostOfHundred / 100.0, first) <= RepairPolicy.MostLostAgain);
    }

    [Fact]
    public void N12_pictures_are_held_for_a_repair_while_packets_are_lost()
    {
        Look(lost: 1);
        Assert.Equal((0, 0.0), (_path.HoldMilliseconds, _path.Loss));
        Look(lost: 2);
        Assert.Equal((120, 0.02), (_path.HoldMilliseconds, _path.Loss)); // 50 ms and 60, in steps of 20
        Look(lost: 2, roundTrip: 70);
        Assert.Equal(140, _path.HoldMilliseconds);
        Look(lost: 2, roundTrip: 50); // chance
        Assert.Equal(140, _path.HoldMilliseconds);
        Look(lost: 2, roundTrip: 10);
        Assert.Equal(80, _path.HoldMilliseconds);
        Look(lost: 22, roundTrip: 900);
        Assert.Equal(LossyPath.LongestHoldMilliseconds, _path.HoldMilliseconds);
        Assert.Equal(0.07, _path.Loss, 6); // by a quarter of what is new
    }

    [Fact]
    public void N12_it_ends_ten_seconds_after_the_last_loss_and_a_hold_needs_a_round_trip()
    {
        Look(lost: 20, roundTrip: null);
        Assert.Equal((0, 0.2), (_path.HoldMilliseconds, _path.Loss));
        Look(lost: 20);
        for (var i = 0; i < 19; i++)
        {
            Look(lost: 0);
            Assert.Equal((120, 0.2), (_path.HoldMilliseconds, _path.Loss));
        }
        Look(lost: 0);
        Assert.Equal((0, 0.0), (_path.HoldMilliseconds, _path.Loss));
    }

    [Fact]
    public void N12_few_packets_are_added_up_and_what_a_queue_drops_does_not_count()
    {
        Look(lost: 1, packets: 25);
        Look(lost: 1, packets: 25);
        Assert.Equal(0.04, _path.Loss);

        var crowded = new LossyPath();
        crowded.Decide(new PathLook(100, 30, IsCrowded: true, 50), 500_000);
        crowded.Decide(new PathLook(100, 30, IsCrowded: false, 50), 1_000_000); // of the time before
        crowded.Decide(new PathLook(100, 0, IsCrowded: false, 50), 1_500_000);
        Assert.Equal((0, 0.0), (crowded.HoldMilliseconds, crowded.Loss));
    }

    private void Look(long lost, double? roundTrip = 50, long packets = 100) => _path.Decide(new PathLook(packets, lost, IsCrowded: false, roundTrip), _now += 500_000);
}
