using Microsoft.AspNetCore.Http;

namespace Conference.Silo.Api;

/// <summary>Links for people, as they reach the installation.</summary>
internal sealed class PublicLinks(SiloOptions options)
{
    /// <summary>For everybody.</summary>
    public string Join(HttpContext context, string code) => Of(context, $"/j/{code}");

    /// <summary>For the host: the key is in the fragment, which browsers never send.</summary>
    public string Host(HttpContext context, string code, string hostKey) => $"{Join(context, code)}#host={hostKey}";

    /// <summary>A path of the installation.</summary>
    public string Of(HttpContext context, string path)
    {
        var root = options.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{context.Request.Scheme}://{context.Request.Host}";
        return root + path;
    }
}
