using Conference.Contracts;
using Conference.Contracts.Api;
using Microsoft.AspNetCore.Http;

namespace Conference.Hosting.Http;

/// <summary>Answers with a problem document (RFC 9457) that carries the named reason: one shape for every service.</summary>
public static class Problem
{
    /// <summary>The media type of problem documents.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>The document itself.</summary>
    /// <typeparam name="TReason">The refusal enum; its member's name is what clients act on.</typeparam>
    /// <param name="status">The HTTP status, 400 to 599.</param>
    /// <param name="reason">The named reason.</param>
    /// <param name="title">One sentence for people.</param>
    /// <param name="detail">More, where there is more to say; never a secret.</param>
    public static ApiProblem Document<TReason>(int status, TReason reason, string title, string? detail = null) where TReason : struct, Enum =>
        new($"urn:conference:problem:{reason}", title, status, reason.ToString(), detail);

    /// <summary>A minimal API result; see <see cref="Document"/>.</summary>
    public static IResult Result<TReason>(int status, TReason reason, string title, string? detail = null) where TReason : struct, Enum =>
        Results.Json(Document(status, reason, title, detail), ContractsJson.Default.ApiProblem, ContentType, status);

    /// <summary>Writes the document as the whole answer, for middleware; see <see cref="Document"/>.</summary>
    public static Task WriteAsync<TReason>(HttpContext context, int status, TReason reason, string title, string? detail = null) where TReason : struct, Enum
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = null; // a proxied answer may have said "no body"
        return context.Response.WriteAsJsonAsync(Document(status, reason, title, detail), ContractsJson.Default.ApiProblem, ContentType, context.RequestAborted);
    }
}
