using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conference.Hosting.Http;

/// <summary>Turns what no handler answered (unknown path, broken request, exception) into problem documents.</summary>
public static partial class ProblemMiddleware
{
    /// <summary>Put it first in the pipeline. An exception becomes <see cref="RequestRefusal.InternalError"/> and one log entry, never text in the answer.</summary>
    public static IApplicationBuilder UseProblemDocuments(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Conference.Hosting.Http");
        var refused = app.ApplicationServices.GetRequiredService<IMeterFactory>().Create("Conference.Hosting")
            .CreateCounter<long>("http.requests.refused", "{request}", "Requests that no handler answered, by reason.");
        return app.Use(async (context, next) =>
        {
            try
            {
                await next(context).ConfigureAwait(false);
            }
            catch (BadHttpRequestException e) when (!context.Response.HasStarted)
            {
                context.Response.Clear();
                context.Response.StatusCode = e.StatusCode;
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!context.Response.HasStarted)
            {
                LogFailed(log, e, context.Request.Method, context.Request.Path.Value);
                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
            if (NeedsBody(context)) await WriteAsync(context, refused).ConfigureAwait(false);
        });
    }

    private static bool NeedsBody(HttpContext context) =>
        context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null or 0, ContentType: null } && !HttpMethods.IsHead(context.Request.Method);

    private static Task WriteAsync(HttpContext context, Counter<long> refused)
    {
        var status = context.Response.StatusCode;
        var (reason, title) = status switch
        {
            StatusCodes.Status401Unauthorized => (RequestRefusal.Unauthorized, "The credential is missing or wrong."),
            StatusCodes.Status403Forbidden => (RequestRefusal.Forbidden, "This credential does not allow it."),
            StatusCodes.Status404NotFound => (RequestRefusal.NotFound, "Nothing is here."),
            StatusCodes.Status405MethodNotAllowed => (RequestRefusal.MethodNotAllowed, "This method is not possible here."),
            StatusCodes.Status408RequestTimeout => (RequestRefusal.TooSlow, "The request came too slowly."),
            StatusCodes.Status413PayloadTooLarge or StatusCodes.Status414UriTooLong or StatusCodes.Status431RequestHeaderFieldsTooLarge =>
                (RequestRefusal.TooLarge, "The request is larger than the limit."),
            StatusCodes.Status415UnsupportedMediaType => (RequestRefusal.UnsupportedContentType, "The content type is not the one this request needs."),
            StatusCodes.Status429TooManyRequests => (RequestRefusal.TooManyRequests, "Too many requests; wait a little."),
            StatusCodes.Status500InternalServerError => (RequestRefusal.InternalError, "The service failed."),
            > 500 => (RequestRefusal.Unavailable, "The service is not available now; try again."),
            _ => (RequestRefusal.Malformed, "The request cannot be understood."),
        };
        refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
        return Problem.WriteAsync(context, status, reason, title);
    }

    [LoggerMessage(9001, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger log, Exception exception, string method, string? path);
}
