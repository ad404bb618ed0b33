using System.Text.Json;
using Conference.Support.Browser;

namespace Conference.Cluster.Tests.Support;

/// <summary>Notes inside a page when its signaling went and came back, to 10 ms: a test that asks from outside would miss a short absence.</summary>
internal sealed class SignalingWatch
{
    private const string Script = """
        () => {
          const find = (root) => { for (const e of root.querySelectorAll('*')) { if (e.dataset?.testid === 'meeting') return e; const inner = e.shadowRoot && find(e.shadowRoot); if (inner) return inner; } };
          const watch = { wasAway: false, isOpen: true, longestMs: 0 };
          let since = 0;
          window.signalingWatch = watch;
          const look = setInterval(() => {
            if (window.signalingWatch !== watch) return clearInterval(look);
            const isOpen = find(document)?.dataset.signaling === 'open';
            if (isOpen === watch.isOpen) return;
            if (isOpen) watch.longestMs = Math.max(watch.longestMs, performance.now() - since);
            else { since = performance.now(); watch.wasAway = true; }
            watch.isOpen = isOpen;
          }, 10);
        }
        """;

    private readonly Person _person;

    private SignalingWatch(Person person) => _person = person;

    public static async Task<SignalingWatch> BeginAsync(Person person)
    {
        await person.Page.EvaluateAsync(Script);
        return new SignalingWatch(person);
    }

    /// <summary>What was seen so far.</summary>
    public async Task<SignalingReport> ReadAsync() =>
        JsonSerializer.Deserialize<SignalingReport>(await _person.Page.EvaluateAsync<string>("() => JSON.stringify(window.signalingWatch)"), JsonSerializerOptions.Web)!;
}

/// <summary>What became of a page's signaling.</summary>
/// <param name="WasAway">It was lost at least once.</param>
/// <param name="IsOpen">It is there now.</param>
/// <param name="LongestMs">The longest time without it.</param>
internal sealed record SignalingReport(bool WasAway, bool IsOpen, double LongestMs);
