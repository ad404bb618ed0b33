using System.Net;
using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Silo.SignIn;
using Conference.Silo.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace Conference.Silo.Tests.SignIn;

/// <summary>A silo whose hosts sign in with a provider, and browsers as far as cookies and redirects go.</summary>
public sealed class SignInHouse : IAsyncDisposable
{
    public required ScriptedProvider Provider { get; init; }

    public required SiloFixture Silo { get; init; }

    public static async Task<SignInHouse> OpenAsync(Func<SignInOptions, SignInOptions>? change = null, TimeProvider? time = null)
    {
        var provider = await ScriptedProvider.StartAsync();
        var options = new SignInOptions { Issuer = provider.Issuer, ClientId = ScriptedProvider.ClientId, ClientSecret = ScriptedProvider.ClientSecret, Name = "Example" };
        options = change?.Invoke(options) ?? options;
        return new() { Provider = provider, Silo = await SiloFixture.StartAsync(silo => silo with { SignIn = options, Service = silo.Service with { Time = time ?? TimeProvider.System } }) };
    }

    /// <summary>A browser that has been nowhere.</summary>
    /// <param name="host">What the Gateway says that the browser asked for; null: the silo itself.</param>
    public Browser NewBrowser(string? host = null) => new(Silo.Url, Provider, host);

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Provider.DisposeAsync();
    }

    public sealed class Browser : IDisposable
    {
        private readonly HttpClient _http;
        private readonly ScriptedProvider _provider;
        private readonly Uri _root;

        public Browser(Uri root, ScriptedProvider provider, string? host)
        {
            (_root, _provider) = (root, provider);
            _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = root };
            if (host is not null) _http.DefaultRequestHeaders.Add("X-Forwarded-Host", host);
        }

        public CookieContainer Cookies { get; } = new();

        public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));

        /// <summary>As a page of this installation does; <paramref name="origin"/> says otherwise, empty: it says nothing.</summary>
        public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? origin = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            if (origin != "") request.Headers.Add("Origin", origin ?? _root.GetLeftPart(UriPartial.Authority));
            return await _http.SendAsync(request);
        }

        /// <summary>The first half: where the provider sends the browser back to.</summary>
        public async Task<string> BeginAsync(string path = "/api/me/login", string? redirectUri = null)
        {
            using var begun = await GetAsync(path);
            Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
            return _provider.Approve(begun.Headers.Location!, redirectUri);
        }

        /// <summary>Where the browser is after the second half.</summary>
        public async Task<string> FinishAsync(string back)
        {
            using var finished = await GetAsync(back);
            Assert.Equal(HttpStatusCode.Redirect, finished.StatusCode);
            return finished.Headers.Location!.OriginalString;
        }

        public async Task<string> SignInAsync(string path = "/api/me/login") => await FinishAsync(await BeginAsync(path));

        /// <summary>Why signing in ends without anybody signed in.</summary>
        public async Task<SignInRefusal> RefusedAsync(string? back = null)
        {
            var refused = await FinishAsync(back ?? await BeginAsync());
            Assert.StartsWith("/?signin=", refused, StringComparison.Ordinal);
            Assert.Null((await MeAsync()).Person);
            return Enum.Parse<SignInRefusal>(QueryHelpers.ParseQuery(refused[1..])["signin"]!);
        }

        public async Task<AccountInfo> MeAsync() => (await _http.GetFromJsonAsync("/api/me", ContractsJson.Default.AccountInfo))!;

        public async Task<CreateMeetingResponse> CreateAsync(CreateMeetingRequest request)
        {
            using var created = await SendAsync(HttpMethod.Post, "/api/me/meetings", JsonContent.Create(request, ContractsJson.Default.CreateMeetingRequest));
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            return (await created.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
        }

        public async Task<OwnMeeting[]> MeetingsAsync() => [.. (await _http.GetFromJsonAsync("/api/me/meetings", ContractsJson.Default.OwnMeetings))!.Meetings];

        public void Dispose() => _http.Dispose();
    }
}
