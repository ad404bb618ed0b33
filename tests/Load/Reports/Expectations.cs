using System.Globalization;
using Conference.Load.Media;

namespace Conference.Load.Reports;

/// <summary>What a run has to bring. Pure.</summary>
public static class Expectations
{
    /// <summary>Streams that one participant should get: voices and pictures of others, as many as it has places for.</summary>
    public static int StreamsOf(LoadOptions options, bool publishes)
    {
        var others = options.Publishers - (publishes ? 1 : 0);
        return Math.Min(others, Offers.AudioSlots) + Math.Min(others, options.VideoSlots);
    }

    /// <summary>What did not come, one sentence each; empty when all is well.</summary>
    /// <param name="report">The outcome; what it says of itself is not looked at.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="problems">Why participants could not connect, or connections ended.</param>
    public static IEnumerable<string> Missing(LoadReport report, LoadOptions options, IReadOnlyList<string> problems)
    {
        if (report.Connected < report.Participants) yield return $"{report.Participants - report.Connected} of {report.Participants} participants could not connect{First(problems)}";
        if (report.Disconnects > 0 && !options.AllowDisconnects) yield return $"{report.Disconnects} connections ended by themselves{First(problems)}";
        if (report.Publishers > 0 && report.Packets.Sent == 0) yield return "nothing was sent";
        if (report.Streams.Received < report.Streams.Expected) yield return $"{report.Streams.Expected - report.Streams.Received} of {report.Streams.Expected} streams did not come";
        if (report.Packets.LossPercent > options.MaxLossPercent)
            yield return string.Create(CultureInfo.InvariantCulture, $"{report.Packets.LossPercent:0.##} % of the packets were lost, and {options.MaxLossPercent:0.##} % may be");
        if (report.Packets.Damaged > 0) yield return $"{report.Packets.Damaged} packets are not what was sent";
        if (report.Packets.Unauthentic > 0) yield return $"{report.Packets.Unauthentic} packets could not be opened";
        if (report.Packets.KeylessStarts > 0) yield return $"{report.Packets.KeylessStarts} pictures began without a key frame";
    }

    private static string First(IReadOnlyList<string> problems) => problems.Count > 0 ? $": {problems[0]}" : "";
}
