using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Contracts.Api;
using Conference.Contracts.Media;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;
using Conference.Contracts.Tenants;

namespace Conference.Contracts;

/// <summary>
/// How every shared word looks as JSON: camelCase properties, enum names as strings, nulls left out, missing or null required members refused,
/// the type tag anywhere in the object, at most 16 levels deep. Source generated; golden files in the tests pin it.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(MeetingEvent))]
[JsonSerializable(typeof(MeetingEventBody))]
[JsonSerializable(typeof(MeetingView))]
[JsonSerializable(typeof(ClientMessage))]
[JsonSerializable(typeof(ServerMessage))]
[JsonSerializable(typeof(ChannelClientMessage))]
[JsonSerializable(typeof(ChannelServerMessage))]
[JsonSerializable(typeof(PodToSilo))]
[JsonSerializable(typeof(SiloToPod))]
[JsonSerializable(typeof(RoomReport))]
[JsonSerializable(typeof(CreateMeetingRequest))]
[JsonSerializable(typeof(CreateMeetingResponse))]
[JsonSerializable(typeof(JoinFacts))]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinResponse))]
[JsonSerializable(typeof(ChatPage))]
[JsonSerializable(typeof(MeetingInfo))]
[JsonSerializable(typeof(ChangeMeetingRequest))]
[JsonSerializable(typeof(CaptionRequest))]
[JsonSerializable(typeof(CreateStreamKeyRequest))]
[JsonSerializable(typeof(CreateStreamKeyResponse))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(CreateTenantKeyResponse))]
[JsonSerializable(typeof(CreateTenantRequest))]
[JsonSerializable(typeof(CreateTenantResponse))]
[JsonSerializable(typeof(TenantInfo))]
[JsonSerializable(typeof(TenantList))]
[JsonSerializable(typeof(CreateTenantKeyRequest))]
[JsonSerializable(typeof(RotateTenantKeyRequest))]
[JsonSerializable(typeof(CreateTokenKeyRequest))]
[JsonSerializable(typeof(CreateTokenKeyResponse))]
[JsonSerializable(typeof(TenantQuotas))]
[JsonSerializable(typeof(RetentionRequest))]
[JsonSerializable(typeof(JoiningRequest))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(CreateWebhookRequest))]
[JsonSerializable(typeof(CreateWebhookResponse))]
[JsonSerializable(typeof(WebhookEvent))]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(AdminOverview))]
[JsonSerializable(typeof(MeetingQuality))]
[JsonSerializable(typeof(AccountInfo))]
[JsonSerializable(typeof(OwnMeetings))]
[JsonSerializable(typeof(HostPass))]
[JsonSerializable(typeof(SignedOut))]
[JsonSerializable(typeof(MeetingSettings))]
[JsonSerializable(typeof(ApiProblem))]
[JsonSerializable(typeof(RegionList))]
[JsonSerializable(typeof(PodRoutes))]
[JsonSerializable(typeof(RegionLoads))]
[JsonSerializable(typeof(DrainRequest))]
[JsonSerializable(typeof(StreamRequest))]
[JsonSerializable(typeof(StreamGrant))]
public sealed partial class ContractsJson : JsonSerializerContext;
