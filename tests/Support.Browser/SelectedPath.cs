using System.Text.Json;

namespace Conference.Support.Browser;

/// <summary>How a browser's media travels now, by its own statistics.</summary>
/// <param name="Type">Of its own candidate: <c>host</c>, <c>prflx</c>, <c>relay</c> ...</param>
/// <param name="Protocol"><c>udp</c> or <c>tcp</c>.</param>
/// <param name="RelayProtocol">Between it and a TURN server: <c>udp</c>, <c>tcp</c> or <c>tls</c>; empty without.</param>
/// <param name="RemoteAddress">Where it sends to.</param>
public sealed record SelectedPath(string Type, string Protocol, string RelayProtocol, string RemoteAddress)
{
    /// <summary>The path of the page's newest live connection; null: none is selected.</summary>
    public static async Task<SelectedPath?> OfAsync(IPerson person)
    {
        var transports = await person.ProbeAsync<JsonElement[]>("stats('transport')");
        var pairs = await ByIdAsync(person, "candidate-pair");
        var (own, others) = (await ByIdAsync(person, "local-candidate"), await ByIdAsync(person, "remote-candidate"));
        foreach (var transport in transports.Reverse())
        {
            if (!transport.TryGetProperty("selectedCandidatePairId", out var id) || !pairs.TryGetValue(id.GetString()!, out var pair)) continue;
            if (!own.TryGetValue(Text(pair, "localCandidateId"), out var local) || !others.TryGetValue(Text(pair, "remoteCandidateId"), out var remote)) continue;
            return new(Text(local, "candidateType"), Text(local, "protocol"), Text(local, "relayProtocol"), Text(remote, "address"));
        }
        return null;
    }

    private static async Task<Dictionary<string, JsonElement>> ByIdAsync(IPerson person, string type)
    {
        var found = new Dictionary<string, JsonElement>();
        foreach (var entry in await person.ProbeAsync<JsonElement[]>($"stats('{type}')")) found[Text(entry, "id")] = entry;
        return found;
    }

    private static string Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
