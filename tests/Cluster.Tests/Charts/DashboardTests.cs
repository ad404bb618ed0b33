using System.Text.RegularExpressions;
using Conference.Cluster.Tests.Support;
using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Cluster.Tests.Charts;

/// <summary>A dashboard that asks for what nobody measures shows nothing, and nobody notices.</summary>
public sealed partial class DashboardTests
{
    private const string OfTheOperator = "conference_operator_";

    [Fact]
    public async Task Every_metric_of_the_dashboards_is_one_that_the_running_product_has()
    {
        Assert.True(Dashboards.Metrics.Count > 25, string.Join(' ', Dashboards.Metrics));
        await using var house = await MeetingHouse.OpenAsync();
        var people = await house.GatherAsync(await house.CreateMeetingAsync(), new PersonSpec(1, "Ann"), new PersonSpec(2, "Bob"));
        await people[0].SeesAsync(people[1]);
        using var http = new HttpClient { BaseAddress = house.Standalone.Url };
        await http.PostAsync("media/nobody/sessions", null); // something that the Gateway refuses
        // A lost packet and its repair are not to be had at will; their counters are there from the start.
        var wanted = Dashboards.Metrics.Where(m => !m.StartsWith(OfTheOperator, StringComparison.Ordinal)).ToArray();
        string[] missing = [];
        await Eventually.True(async () =>
        {
            var there = Series().Matches(await http.GetStringAsync("metrics")).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
            missing = [.. wanted.Where(m => !there.Contains(m))];
            return missing.Length == 0;
        }, () => Task.FromResult($"no such metrics: {string.Join(", ", missing)}"));
    }

    [GeneratedRegex(@"^([a-z][a-z0-9_]*)[ {]", RegexOptions.Multiline)]
    private static partial Regex Series();
}
