using System.Buffers;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Conference.Gateway.Limits;

/// <summary>
/// Takes bodies that do not tell their length before anything is forwarded: a service that ends the connection at its limit, while the rest is still on its way, would look as if it did not answer.
/// What was taken goes on with its length.
/// </summary>
internal sealed class UntoldBodies(GatewayOptions options, Refusals refusals)
{
    private const int Piece = 16 * 1024;

    /// <summary>The largest body of a request to this path in bytes.</summary>
    public static long Most(GatewayOptions options, PathString path) =>
        path.StartsWithSegments("/api") ? Math.Min(options.Service.Limits.MaxBodyBytes, RequestLimits.MaxApiBodyBytes) : options.Service.Limits.MaxBodyBytes;

    /// <summary>The middleware; behind the rate limits, because it keeps what is sent.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsUntold(context))
        {
            await next(context).ConfigureAwait(false);
            return;
        }
        var most = Most(options, context.Request.Path);
        using var body = new MemoryStream();
        if (!await TakeAsync(context, body, most).ConfigureAwait(false))
        {
            await refusals.RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, RequestRefusal.TooLarge, $"The body is larger than {most} bytes.").ConfigureAwait(false);
            return;
        }
        body.Position = 0;
        context.Request.Headers.Remove("Transfer-Encoding");
        context.Request.ContentLength = body.Length;
        context.Request.Body = body;
        await next(context).ConfigureAwait(false);
    }

    private static bool IsUntold(HttpContext context) =>
        context.Request.ContentLength is null && !RequestChecks.IsSocket(context) && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    private static async Task<bool> TakeAsync(HttpContext context, MemoryStream body, long most)
    {
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            int read;
            while ((read = await context.Request.Body.ReadAsync(piece, context.RequestAborted).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > most) return false;
                body.Write(piece, 0, read);
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
