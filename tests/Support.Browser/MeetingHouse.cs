using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Support;
using Microsoft.Playwright;

namespace Conference.Support.Browser;

/// <summary>The product, a browser driver and a folder: what every test of the page needs.</summary>
public sealed class MeetingHouse : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Person> _people = [];
    private IPlaywright _playwright = null!;

    public StandaloneProcess Standalone { get; private set; } = null!;

    public static Task<MeetingHouse> OpenAsync(params string[] arguments) => OpenAsync(variables: null, arguments);

    /// <summary>The product started with environment variables beside the options.</summary>
    public static async Task<MeetingHouse> OpenAsync(IReadOnlyDictionary<string, string>? variables, params string[] arguments)
    {
        var house = new MeetingHouse { _playwright = await Playwright.CreateAsync() };
        house.Standalone = await StandaloneProcess.StartAsync(house._folder.Path, variables, arguments);
        return house;
    }

    public async Task<CreateMeetingResponse> CreateMeetingAsync(string title = "Weekly")
    {
        using var http = new HttpClient { BaseAddress = Standalone.Url };
        using var response = await http.PostAsJsonAsync("api/meetings", new CreateMeetingRequest(title), ContractsJson.Default.CreateMeetingRequest);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }

    /// <summary>The link as people on this machine use it.</summary>
    public string LinkOf(CreateMeetingResponse meeting) => $"http://localhost:{Standalone.Port}/j/{meeting.Code}";

    /// <summary>A browser of their own.</summary>
    public async Task<Person> InviteAsync(PersonSpec spec)
    {
        var person = await Person.OpenAsync(_playwright, spec, _folder.Path);
        _people.Add(person);
        return person;
    }

    /// <summary>Several people, each in a browser of their own, all in the meeting.</summary>
    public async Task<Person[]> GatherAsync(CreateMeetingResponse meeting, params PersonSpec[] specs)
    {
        var people = new List<Person>();
        foreach (var spec in specs)
        {
            var person = await InviteAsync(spec);
            await person.JoinAsync(LinkOf(meeting));
            people.Add(person);
        }
        return [.. people];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people) await person.DisposeAsync();
        await Standalone.DisposeAsync();
        _playwright.Dispose();
        _folder.Dispose();
    }
}
