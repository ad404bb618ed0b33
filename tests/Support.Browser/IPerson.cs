namespace Conference.Support.Browser;

/// <summary>Somebody whose page a test looks into, whatever browser shows it. The page carries the <see cref="PageProbe"/>.</summary>
public interface IPerson
{
    PersonSpec Spec { get; }

    /// <summary>What the browser's address bar says.</summary>
    string Address { get; }

    /// <summary>What the page wrote to the console as errors, and exceptions it did not catch. Lock it.</summary>
    List<string> Errors { get; }

    /// <summary>Calls the probe; see <see cref="PageProbe"/>.</summary>
    Task<T> ProbeAsync<T>(string call);

    /// <summary>An attribute of the element with this test id; null where there is no such element, or it has no such attribute.</summary>
    Task<string?> AttributeAsync(string testId, string name);
}
