using System.Net.Http.Headers;
using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Api;

namespace Conference.Interop.Tests.Support;

/// <summary>A meeting with a key to publish to it and one to play it.</summary>
internal sealed record TestMeeting(string Code, StreamLink Publish, StreamLink Play)
{
    /// <summary>Creates one as a host does: by the API, with the links that the API gives.</summary>
    public static async Task<TestMeeting> CreateAsync(HttpClient http)
    {
        using var created = await http.PostAsJsonAsync("api/meetings", new CreateMeetingRequest("Interop"), ContractsJson.Default.CreateMeetingRequest);
        var meeting = (await created.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
        var (camera, wall) = (await KeyAsync(http, meeting, "Camera"), await KeyAsync(http, meeting, "Wall"));
        return new TestMeeting(meeting.Code, new StreamLink(new Uri(camera.PublishUrl), camera.Key), new StreamLink(new Uri(wall.PlayUrl), wall.Key));
    }

    private static async Task<CreateStreamKeyResponse> KeyAsync(HttpClient http, CreateMeetingResponse meeting, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/meetings/{meeting.Id}/stream-keys")
        {
            Content = JsonContent.Create(new CreateStreamKeyRequest(name), ContractsJson.Default.CreateStreamKeyRequest),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", meeting.HostKey) },
        };
        using var answer = await http.SendAsync(request);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateStreamKeyResponse))!;
    }
}
