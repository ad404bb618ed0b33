using System.Text.Json.Serialization;
using Conference.Contracts;

namespace Conference.Gateway;

/// <summary>Why the Gateway itself cannot answer; the <c>reason</c> of the problem document, the label of <c>gateway.requests.refused</c>.</summary>
[JsonConverter(typeof(EnumNames<GatewayRefusal>))]
public enum GatewayRefusal
{
    /// <summary>No live pod has this id; ask over signaling for the one to use.</summary>
    UnknownPod,

    /// <summary>The pod does not answer; ask over signaling for the one to use.</summary>
    PodUnreachable,

    /// <summary>No silo answers; try again.</summary>
    SiloUnreachable,

    /// <summary>The web client has not been built into the web root.</summary>
    PageNotBuilt,
}
