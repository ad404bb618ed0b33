namespace Conference.Browser.Tests;

/// <summary>A test that needs Firefox; skipped, with the reason, where it is not installed.</summary>
internal sealed class FirefoxFactAttribute : FactAttribute
{
    public FirefoxFactAttribute() => Skip = FirefoxPerson.Obstacle;
}
