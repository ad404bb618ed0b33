using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Http;

namespace Conference.Silo.Api;

/// <summary>Reads bodies: broken ones are named refusals.</summary>
internal static class JsonBody
{
    /// <summary>The body, or why there is none. A body that is too large is answered by the server's limit.</summary>
    public static async Task<(T? Value, RequestRefusal? Refusal)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) where T : class
    {
        if (!context.Request.HasJsonContentType()) return (null, RequestRefusal.UnsupportedContentType);
        try
        {
            var value = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            return value is null ? (null, RequestRefusal.Malformed) : (value, null);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return (null, RequestRefusal.Malformed);
        }
    }
}
