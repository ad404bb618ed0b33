using Conference.Silo.Regions;

namespace Conference.Silo.Tests.Pods;

/// <summary>How fast a region fills.</summary>
public sealed class LoadTrendTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly LoadTrend _trend = new(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(5));
    private readonly JoinRate _joins = new();

    [Fact]
    public void What_has_not_been_seen_has_no_trend()
    {
        Assert.Equal(0, _trend.PerMinute());
        Add(0, 50);
        Assert.Equal(0, _trend.PerMinute());
        Add(0, 70);
        Assert.Equal(0, _trend.PerMinute());
    }

    [Fact]
    public void What_stays_has_none_and_what_grows_evenly_has_its_own()
    {
        for (var second = 0; second <= 170; second++) Add(second, 50);
        Assert.Equal(0, _trend.PerMinute(), 6);
        for (var second = 171; second <= 600; second++) Add(second, 50 + (second - 170) / 6.0);
        Assert.Equal(10, _trend.PerMinute(), 6);
        for (var second = 601; second <= 900; second++) Add(second, 100 - second / 60.0);
        Assert.Equal(-1, _trend.PerMinute(), 6);
    }

    [Fact]
    public void Within_the_first_minute_a_change_counts_as_if_it_had_taken_one()
    {
        Add(0, 0);
        Add(6, 20);
        Assert.Equal(20, _trend.PerMinute(), 6);
    }

    [Fact]
    public void What_lies_before_the_window_is_forgotten()
    {
        Add(0, 1000);
        Add(5, 10);
        Add(185, 10);
        Assert.Equal(0, _trend.PerMinute(), 6);
    }

    [Fact]
    public void The_newest_value_counts_although_it_comes_soon_after_another()
    {
        Add(0, 0);
        Add(60, 0);
        Add(61, 10);
        Assert.True(_trend.PerMinute() > 4);
        Add(62, 0);
        Assert.Equal(0, _trend.PerMinute(), 6);
    }

    [Fact]
    public void Joins_count_for_one_minute()
    {
        _joins.Add(Start, 3);
        _joins.Add(Start.AddSeconds(30), 4);
        _joins.Add(Start.AddSeconds(30), 0);
        _joins.Add(Start.AddSeconds(30), -5); // a silo that took over counts from zero
        Assert.Equal(7, _joins.PerMinute(Start.AddSeconds(59)));
        Assert.Equal(4, _joins.PerMinute(Start.AddSeconds(60)));
        Assert.Equal(0, _joins.PerMinute(Start.AddSeconds(90)));
    }

    private void Add(double second, double value) => _trend.Add(Start.AddSeconds(second), value);
}
