using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>What those who run the installation see of a join (docs/tracing.md).</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task A_join_is_one_trace_from_the_click_to_the_first_picture()
    {
        using var collector = new TraceCollector();
        await using var house = await MeetingHouse.OpenAsync(collector.Variables);
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, new PersonSpec(1, "Ann")));
        var bob = Assert.Single(await house.GatherAsync(meeting, new PersonSpec(2, "Bob") { HasDevices = false }));
        await bob.SeesAsync(ann);

        // T1, T4: Bob's is the one that ends with a picture.
        List<CollectedSpan> trace = [];
        await Eventually.True(() =>
        {
            var joined = collector.Spans.FirstOrDefault(s => s.Name == "join" && s.Events.Contains("first-frame"));
            trace = joined is null ? [] : [.. collector.Spans.Where(s => s.TraceId == joined.TraceId)];
            return Task.FromResult(trace.Any(s => s.Name == "connect media") && trace.Any(s => s.Name == "open signaling"));
        }, () => Task.FromResult(string.Join('\n', collector.Spans)));
        Assert.Equal(["joined", "signaling", "answer", "ice", "dtls", "first-frame"], trace.Single(s => s.Name == "join").Events);
        Assert.Single(trace, s => s.Name == "take place");
        // Gateway and silo, Gateway and pod: each is served twice, with the Gateway's own request between.
        Assert.Equal(2, trace.Count(s => s.Kind == 2 && s.Name.Contains("/api/", StringComparison.Ordinal)));
        Assert.Equal(2, trace.Count(s => s.Kind == 2 && s.Name.Contains("/media/", StringComparison.Ordinal)));
        var ids = trace.Select(s => s.SpanId).ToHashSet();
        Assert.Single(trace, s => s.ParentId.Length == 0 || !ids.Contains(s.ParentId));

        // T2, T3.
        Assert.False(collector.HasText(meeting.Code));
        Assert.DoesNotContain(collector.Spans, s => s.Name.Contains("readyz", StringComparison.Ordinal));
        Assert.Empty(bob.Errors);
    }
}
