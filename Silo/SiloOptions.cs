using System.Collections.Immutable;
using System.Net;
using Conference.Contracts.Signaling;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Pods;
using Conference.Silo.SignIn;
using Conference.Silo.Signaling;

namespace Conference.Silo;

/// <summary>How a silo runs.</summary>
public sealed record SiloOptions
{
    /// <summary>What every service has.</summary>
    public required ServiceOptions Service { get; init; }

    /// <summary>The journal.</summary>
    public required JournalOptions Journal { get; init; }

    /// <summary>The cluster this silo belongs to; null: it is alone. A cluster's journal is not exclusive.</summary>
    public SiloCluster? Cluster { get; init; }

    /// <summary>The private keys that tickets are signed with (PEM, mode 0600), made where missing.</summary>
    public required string TicketKeyFile { get; init; }

    /// <summary>What pods and Gateways show on internal endpoints.</summary>
    public required SharedSecret Secret { get; init; }

    /// <summary>What the operator of the installation shows to make tenant keys; null: nobody can.</summary>
    public SharedSecret? OperatorSecret { get; init; }

    /// <summary>Anybody may create meetings; false: only holders of a tenant key, and see <see cref="OpenOnLoopback"/>.</summary>
    public bool OpenCreation { get; init; }

    /// <summary>Clients on this machine may create meetings: where one person's machine runs everything.</summary>
    public bool OpenOnLoopback { get; init; } = true;

    /// <summary>The tenant of meetings that are created without a tenant key.</summary>
    public string DefaultTenant { get; init; } = "default";

    /// <summary>The OpenID provider that hosts sign in with; null: nobody signs in.</summary>
    public SignInOptions? SignIn { get; init; }

    /// <summary>Webhooks may be on this network, and without TLS; false: on the public internet only.</summary>
    public bool PrivateWebhooks { get; init; }

    /// <summary>Networks of Gateways, whose <c>X-Forwarded-*</c> is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Where people reach the installation, as <c>https://meet.example.org</c>; null: what the request says.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>STUN and TURN servers for clients, told as they are.</summary>
    public ImmutableArray<IceServer> IceServers { get; init; } = [];

    /// <summary>TURN servers that clients get time-limited credentials for; null: none.</summary>
    public TurnServers? Turn { get; init; }

    /// <summary>Meetings.</summary>
    public MeetingOptions Meetings { get; init; } = new();

    /// <summary>Pods.</summary>
    public PodOptions Pods { get; init; } = new();

    /// <summary>Signaling sockets.</summary>
    public SignalOptions Signaling { get; init; } = new();
}
