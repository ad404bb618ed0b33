using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Conference.Gateway.Pages;

/// <summary>Serves the web client: the page at <c>/</c> and at join links, its files by name. What is no file goes on to be refused.</summary>
internal sealed class PageEndpoints(PageFiles files, SecurityHeaders headers, Refusals refusals)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var path in (string[])["/", "/j/{code}", "/my", "/admin", "/index.html"])
            endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)SendIndexAsync);
        endpoints.MapMethods("/{**path}", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)SendFileAsync).WithOrder(int.MaxValue);
    }

    private Task SendIndexAsync(HttpContext context)
    {
        if (files.Index is not { } index)
            return refusals.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, GatewayRefusal.PageNotBuilt, "The web client has not been built.");
        headers.SetForPage(context.Response.Headers);
        return SendAsync(context, index);
    }

    private Task SendFileAsync(HttpContext context)
    {
        if (files.Find(context.Request.Path.Value!) is { } file) return SendAsync(context, file);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task SendAsync(HttpContext context, PageFile file)
    {
        var (bytes, encoding) = file.For(context.Request.Headers.AcceptEncoding.ToString());
        var tag = encoding.Length > 0 ? $"\"{file.Tag}-{encoding}\"" : $"\"{file.Tag}\"";
        var response = context.Response;
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.CacheControl = file.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        if (IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = file.ContentType;
        response.ContentLength = bytes.Length;
        if (encoding.Length > 0) response.Headers.ContentEncoding = encoding;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static bool IsKnown(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known) && known.Any(k => k.Tag == tag || k == EntityTagHeaderValue.Any);
}
