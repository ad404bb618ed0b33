using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Conference.Standalone.Tests.Hostile;

/// <summary>Requests that nobody's client makes.</summary>
internal static class HostileRequests
{
    /// <summary>An offer as a browser makes it.</summary>
    public static string Offer => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sdp", "offer-recvonly.txt"));

    /// <summary>Sends one; the reason of the refusal that it has to be.</summary>
    public static async Task<string> ReasonAsync(HttpClient http, HttpMethod method, string path, string? body = null, string type = "application/json", string? bearer = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        if (bearer is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal((int)answer.StatusCode, (int)problem["status"]!);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        return (string)problem["reason"]!;
    }
}
