using System.Diagnostics;
using System.Diagnostics.Metrics;
using Conference.Hosting.Metrics;

namespace Conference.Hosting.Tests;

public sealed class MetricsExpositionTests : IDisposable
{
    private readonly Meter _meter = new($"Conference.Tests.{Guid.NewGuid():N}");
    private readonly MetricsExposition _metrics;

    public MetricsExpositionTests() => _metrics = new MetricsExposition(meter => meter == _meter);

    public void Dispose()
    {
        _metrics.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_adds_up_by_label_set()
    {
        var counter = _meter.CreateCounter<long>("sfu.packets.dropped", "{packet}", "Dropped packets by reason.");
        counter.Add(2, KeyValuePair.Create<string, object?>("reason", "Replay"));
        counter.Add(3, KeyValuePair.Create<string, object?>("reason", "Replay"));
        counter.Add(1, KeyValuePair.Create<string, object?>("reason", "NotInPlan"));
        Assert.Equal("""
            # HELP sfu_packets_dropped_total Dropped packets by reason.
            # TYPE sfu_packets_dropped_total counter
            sfu_packets_dropped_total{reason="NotInPlan"} 1
            sfu_packets_dropped_total{reason="Replay"} 5

            """, _metrics.Print());
    }

    [Fact]
    public void Labels_are_sorted_cleaned_and_escaped()
    {
        _meter.CreateCounter<int>("odd").Add(1, KeyValuePair.Create<string, object?>("z.Last", "a\"b\\c\nd"), KeyValuePair.Create<string, object?>("1first", true));
        Assert.Contains("odd_total{_1first=\"True\",z_last=\"a\\\"b\\\\c\\nd\"} 1\n", _metrics.Print());
    }

    [Fact]
    public void A_histogram_uses_the_advised_bounds_in_base_units()
    {
        var histogram = _meter.CreateHistogram("journal.commit", "ms", "Commit time.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10, 100] });
        foreach (var value in (double[])[0.5, 1, 5, 1000]) histogram.Record(value);
        Assert.Equal("""
            # HELP journal_commit_seconds Commit time.
            # TYPE journal_commit_seconds histogram
            journal_commit_seconds_bucket{le="0.001"} 2
            journal_commit_seconds_bucket{le="0.01"} 3
            journal_commit_seconds_bucket{le="0.1"} 3
            journal_commit_seconds_bucket{le="+Inf"} 4
            journal_commit_seconds_sum 1.0065
            journal_commit_seconds_count 4

            """, _metrics.Print());
    }

    [Fact]
    public void Gauges_show_the_last_value_and_up_down_counters_the_sum()
    {
        var gauge = _meter.CreateGauge<double>("load", "1");
        gauge.Record(0.7);
        gauge.Record(0.2);
        var open = _meter.CreateUpDownCounter<int>("sockets.open");
        open.Add(5);
        open.Add(-2);
        var text = _metrics.Print();
        Assert.Contains("\nload_ratio 0.2\n", text);
        Assert.Contains("\n# TYPE sockets_open gauge\nsockets_open 3\n", text);
    }

    [Fact]
    public void Observed_values_are_asked_for_at_every_print_and_forgotten_when_gone()
    {
        var rooms = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 };
        _meter.CreateObservableGauge("rooms", () => rooms.Select(r => new Measurement<int>(r.Value, KeyValuePair.Create<string, object?>("name", r.Key))));
        long packets = 10;
        _meter.CreateObservableCounter("packets", () => packets);
        Assert.Contains("rooms{name=\"b\"} 2\n", _metrics.Print());
        rooms.Remove("b");
        packets = 15;
        var text = _metrics.Print();
        Assert.DoesNotContain("name=\"b\"", text);
        Assert.Contains("\npackets_total 15\n", text);
    }

    [Fact]
    public void The_same_instrument_of_two_services_adds_up()
    {
        _meter.CreateObservableCounter("both", () => 1);
        _meter.CreateObservableCounter("both", () => 2);
        Assert.Contains("\nboth_total 3\n", _metrics.Print());
    }

    [Fact]
    public void Labels_from_outside_do_not_fill_the_memory()
    {
        var counter = _meter.CreateCounter<int>("hostile");
        for (var i = 0; i < 5000; i++) counter.Add(1, KeyValuePair.Create<string, object?>("agent", i));
        var lines = _metrics.Print().Split('\n').Where(l => l.StartsWith("hostile_total", StringComparison.Ordinal)).ToArray();
        Assert.InRange(lines.Length, 2, 1001);
        Assert.Equal(5000, lines.Sum(l => int.Parse(l.Split(' ')[^1])));
    }

    [Fact]
    public async Task Concurrent_measurements_are_all_counted()
    {
        var counter = _meter.CreateCounter<int>("busy");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++) counter.Add(1, KeyValuePair.Create<string, object?>("n", n % 2));
        })));
        Assert.Contains("busy_total{n=\"0\"} 20000\nbusy_total{n=\"1\"} 20000\n", _metrics.Print());
    }

    [Fact]
    public void What_measures_costs_no_memory_without_labels()
    {
        var counter = _meter.CreateCounter<long>("hot");
        counter.Add(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) counter.Add(1);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Promtool_accepts_every_kind_and_the_runtimes_own_meters()
    {
        using var ours = new Meter("Conference.Promtool");
        ours.CreateCounter<long>("a.things", "{thing}", "Things\\with\nodd text.").Add(1, KeyValuePair.Create<string, object?>("x", "\"\\\n"));
        ours.CreateCounter<long>("sent", "By").Add(7);
        ours.CreateUpDownCounter<int>("open.sockets", description: "Open sockets.").Add(1);
        ours.CreateGauge<double>("queue.count", "{item}").Record(double.NaN);
        ours.CreateHistogram<double>("wait", "s", "Waiting.").Record(0.01, KeyValuePair.Create<string, object?>("step", "ice"));
        ours.CreateHistogram<int>("transit", "us").Record(12);
        ours.CreateObservableGauge("egress", () => 5.5e9, "bit/s", "Egress.");
        using var everything = new MetricsExposition();
        var (exitCode, output) = await PromtoolAsync(everything.Print());
        Assert.Equal("", output.Trim());
        Assert.Equal(0, exitCode);
    }

    private static async Task<(int ExitCode, string Output)> PromtoolAsync(string text)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", "check metrics") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, output);
    }
}
