using System.Net;
using System.Net.Sockets;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Conference.Hosting.Tests;

public sealed class ServingConnectionTests
{
    private static readonly ServiceOptions Options = new() { Name = "silo", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false };

    [Fact]
    public async Task ASiloThatServesIsAskedOnceForAConnection()
    {
        await using var silo = await Silo.StartAsync();
        using var http = Client();

        for (var i = 0; i < 3; i++) Assert.Equal("served", await http.GetStringAsync(silo.Url));
        Assert.Equal(1, silo.Asked);
    }

    [Fact]
    public async Task ASiloThatDoesNotKnowTheQuestionServes()
    {
        await using var silo = await Silo.StartAsync();
        silo.Answer = StatusCodes.Status404NotFound;
        using var http = Client();
        Assert.Equal("served", await http.GetStringAsync(silo.Url));
    }

    [Fact]
    public async Task AnAnswerThatEndsItsConnectionIsFollowedByAnother()
    {
        await using var silo = await Silo.StartAsync();
        silo.Closes = true;
        using var http = Client();
        Assert.Equal("served", await http.GetStringAsync(silo.Url));
    }

    [Fact]
    public async Task WithoutASiloThatServesARequestFailsAsUnsent()
    {
        await using var silo = await Silo.StartAsync();
        silo.Answer = StatusCodes.Status503ServiceUnavailable;
        using var http = Client();
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(silo.Url));
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.Equal(0, silo.Served);
    }

    [Fact]
    public async Task NobodyThereIsAFailedConnection()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        free.Stop();
        using var http = Client();
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(url));
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
    }

    [Fact]
    public async Task WhileNoSiloServesForAMomentRequestsWait()
    {
        await using var silo = await Silo.StartAsync();
        using var http = Client();
        silo.EndsConnections = true;
        await http.GetStringAsync(silo.Url);
        silo.Answer = StatusCodes.Status503ServiceUnavailable;

        var waiting = http.GetStringAsync(silo.Url);
        var before = silo.Asked;
        while (silo.Asked < before + 4) await Task.Delay(10);
        Assert.False(waiting.IsCompleted);
        silo.Answer = StatusCodes.Status200OK;
        Assert.Equal("served", await waiting);
    }

    [Fact]
    public async Task OneThatTakesConnectionsAndSaysNothingHoldsUpNobody()
    {
        // Behind one address: the first connection is taken by nobody, the later ones by a silo.
        await using var silo = await Silo.StartAsync();
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        var forwarding = ForwardSecondAsync(service, silo);
        using (var http = Client()) Assert.Equal("served", await http.GetStringAsync($"http://127.0.0.1:{((IPEndPoint)service.LocalEndpoint).Port}/"));
        await forwarding;
    }

    private static async Task ForwardSecondAsync(TcpListener service, Silo silo)
    {
        using var mute = await service.AcceptTcpClientAsync();
        using var client = await service.AcceptTcpClientAsync();
        using var onward = new TcpClient();
        await onward.ConnectAsync(silo.Url.Host, silo.Url.Port);
        try
        {
            await Task.WhenAny(client.GetStream().CopyToAsync(onward.GetStream()), onward.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (IOException)
        {
            // The test is over.
        }
    }

    private static HttpClient Client() => new(new SocketsHttpHandler { ConnectCallback = new ServingConnection(TimeProvider.System).ConnectAsync });

    private sealed class Silo : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _asked;
        private int _served;

        private Silo(WebApplication app) => _app = app;

        public Uri Url => _app.BoundUri();

        public int Answer { get; set; } = StatusCodes.Status200OK;

        /// <summary>The answer to the question ends its connection.</summary>
        public bool Closes { get; set; }

        /// <summary>Every other answer ends its connection.</summary>
        public bool EndsConnections { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public int Served => Volatile.Read(ref _served);

        public static async Task<Silo> StartAsync()
        {
            var silo = new Silo(ServiceHost.CreateBuilder(Options).Build());
            silo._app.Use(async (context, next) =>
            {
                if (silo.EndsConnections && context.Request.Path != ServingConnection.Path) context.Response.Headers.Connection = "close";
                await next(context);
            });
            silo._app.MapMethods(ServingConnection.Path, ["HEAD"], (HttpContext context) =>
            {
                Interlocked.Increment(ref silo._asked);
                if (silo.Closes) context.Response.Headers.Connection = "close";
                context.Response.StatusCode = silo.Answer;
            });
            silo._app.MapGet("/", () =>
            {
                Interlocked.Increment(ref silo._served);
                return "served";
            });
            await silo._app.StartAsync();
            return silo;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
