using System.Collections.Immutable;
using System.Reflection;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.ActorRuntimes;
using Conference.Silo.Grains.Meetings;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;

namespace Conference.Silo.Tests.Orleans;

/// <summary>What crosses a grain's border can cross between processes as well, although one silo alone never needs it.</summary>
public sealed class SerializationTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddActorRuntime().BuildServiceProvider();

    public static TheoryData<string> CrossingTypes =>
        [.. typeof(IMeetingGrain).Assembly.GetTypes()
            .Where(t => t.IsInterface && typeof(IAddressable).IsAssignableFrom(t))
            .SelectMany(i => i.GetMethods())
            .SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType.GetGenericArguments().FirstOrDefault() ?? typeof(string)))
            .Concat(typeof(IMeetingGrain).Assembly.GetTypes().Where(t => t.IsDefined(typeof(GenerateSerializerAttribute)) && !t.IsAbstract))
            .Select(t => t.AssemblyQualifiedName!)
            .Distinct().Order()];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(CrossingTypes))]
    public void Every_type_has_a_codec_and_a_copier(string name)
    {
        var type = Type.GetType(name, throwOnError: true)!;
        var codecs = _services.GetRequiredService<ICodecProvider>();
        Assert.NotNull(codecs.GetCodec(type));
        Assert.NotNull(codecs.GetDeepCopier(type));
    }

    [Fact]
    public void Commands_arrive_as_they_were_sent()
    {
        var sender = ParticipantId.Parse("p-1");
        Arrives(new CommandEnvelope(new OpenSession("session"), sender));
        Arrives(new CommandEnvelope(new CloseSession("session", PageClosed: true), sender));
        Arrives(new CommandEnvelope(new FromClient(new ChatSend(CommandId.Parse("c-1"), "Grüße")), sender));
        Arrives(new CommandEnvelope(new TakePlace(sender, "Ann", "hash")));
    }

    [Fact]
    public void Events_arrive_as_they_were_sent()
    {
        var at = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var meeting = MeetingId.Parse("m-1");
        var (ann, bob) = (ParticipantId.Parse("p-1"), ParticipantId.Parse("p-2"));
        var batch = new EventBatch("epoch", 4, 6,
        [
            new PublishedEvent(new MeetingEvent(meeting, 5, at, new ParticipantJoined(ann, "Ann", Role.Host, false), ann), EventAudience.Everyone, []),
            new PublishedEvent(new MeetingEvent(meeting, 6, at, new ChatSent(ann, "Ann", "hello", [bob])), EventAudience.Named, [ann, bob]),
        ]);
        var arrived = RoundTrip(batch);
        Assert.Equal((batch.Epoch, batch.FromSeq, batch.ToSeq), (arrived.Epoch, arrived.FromSeq, arrived.ToSeq));
        Assert.Equal(batch.Events.Select(Written), arrived.Events.Select(Written));

        static string Written(PublishedEvent e) =>
            $"{e.Audience} {string.Join(',', e.Also)} {System.Text.Json.JsonSerializer.Serialize(e.Event, ContractsJson.Default.MeetingEvent)}";
    }

    [Fact]
    public void Within_a_silo_contracts_are_passed_on_not_copied()
    {
        var message = new ChatSend(CommandId.Parse("c-1"), "hello", [ParticipantId.Parse("p-1")]);
        Assert.Same(message, _services.GetRequiredService<DeepCopier>().Copy<ClientCommand>(message));
    }

    private void Arrives<T>(T value) => Assert.Equal(value, RoundTrip(value));

    private T RoundTrip<T>(T value)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }
}
