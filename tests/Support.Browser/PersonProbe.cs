namespace Conference.Support.Browser;

/// <summary>What is seen and heard on a page at this moment.</summary>
public static class PersonProbe
{
    public static Task<ShownVideo[]> VideosAsync(this IPerson person) => person.ProbeAsync<ShownVideo[]>("videos()");

    public static Task<HeardTone[]> TonesAsync(this IPerson person) => person.ProbeAsync<HeardTone[]>("tones()");

    /// <summary>Whether <paramref name="other"/>'s voice is what some element plays at this moment.</summary>
    public static async Task<bool> HearsAsync(this IPerson person, PersonSpec other)
    {
        var tones = await person.TonesAsync();
        return tones.Any(tone => Math.Abs(tone.Hertz - other.Hertz) < 25);
    }
}
