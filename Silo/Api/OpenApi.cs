using System.Text.Json.Nodes;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Api;

/// <summary>The machine-readable description at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApi
{
    public static void AddApiDescription(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Default);
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.CamelCase;
        });
        services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new() { Title = "Conference", Version = "1", Description = "Refusals are problem documents (RFC 9457) whose reason is a stable name." };
                document.Servers = [];
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                if (!context.JsonTypeInfo.Type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IStringId<>))) return Task.CompletedTask;
                schema.Type = Microsoft.OpenApi.JsonSchemaType.String;
                schema.Pattern = "^[A-Za-z0-9_-]{1,64}$";
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>Names the statuses under which an endpoint answers with a problem document.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) endpoint.Produces<ApiProblem>(status, Problem.ContentType);
        return endpoint;
    }
}
