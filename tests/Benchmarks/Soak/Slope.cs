namespace Conference.Benchmarks.Soak;

/// <summary>The line through some points (least squares). Pure.</summary>
internal static class Slope
{
    /// <summary>By how much the value grows for each unit of x; 0 with fewer than two points.</summary>
    public static double Of(IReadOnlyCollection<(double X, double Y)> points)
    {
        if (points.Count < 2) return 0;
        var (meanX, meanY) = (points.Average(p => p.X), points.Average(p => p.Y));
        var spread = points.Sum(p => (p.X - meanX) * (p.X - meanX));
        return spread == 0 ? 0 : points.Sum(p => (p.X - meanX) * (p.Y - meanY)) / spread;
    }
}
