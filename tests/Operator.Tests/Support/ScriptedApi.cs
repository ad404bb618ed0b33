using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Conference.Hosting;
using Conference.Hosting.Policies;
using Conference.Operator.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Conference.Operator.Tests.Support;

/// <summary>An API server that answers as a test says, over real HTTP: for what a real one does too rarely.</summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedApi(WebApplication app, KubeClient client) => (_app, Client) = (app, client);

    public KubeClient Client { get; }

    /// <summary>Every request, as <c>GET /api/v1/pods?...</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<ScriptedApi> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var app = ServiceHost.CreateBuilder(new ServiceOptions { Name = "scripted-api", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false }).Build();
        ScriptedApi? self = null;
        app.Run(async context =>
        {
            self!.Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            await answer(context, self.Requests.Count);
        });
        await app.StartAsync();
        var source = new FixedConfig(new ClusterConfig { Server = app.BoundUri() });
        return self = new ScriptedApi(app, new KubeClient(source, new ServicePolicies(TimeProvider.System, () => 0), TimeProvider.System));
    }

    public static Task StatusAsync(HttpContext context, int code, string reason, string more = "{}")
    {
        context.Response.StatusCode = code;
        return JsonAsync(context, $$"""{"kind": "Status", "status": "Failure", "code": {{code}}, "reason": "{{reason}}", "message": "as scripted", "details": {{more}} }""");
    }

    public static Task JsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public static Task ListAsync(HttpContext context, int version, params string[] names)
    {
        var items = names.Select(name => $$$"""{"metadata": {"name": "{{{name}}}", "namespace": "ns", "uid": "{{{name}}}", "resourceVersion": "1"}}""");
        return JsonAsync(context, $$$"""{"metadata": {"resourceVersion": "{{{version}}}"}, "items": [{{{string.Join(',', items)}}}]}""");
    }

    public static async Task LineAsync(HttpContext context, string line)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line));
        await context.Response.Body.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
