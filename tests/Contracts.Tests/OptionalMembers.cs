using System.Reflection;
using System.Text.Json;
using Conference.Contracts.Media;

namespace Conference.Contracts.Tests;

/// <summary>Nulls are left out when a record is written, so every member that may be null has to be allowed to be missing when it is read.</summary>
public sealed class OptionalMembers
{
    [Fact]
    public void A_member_that_may_be_null_may_be_missing()
    {
        var nullability = new NullabilityInfoContext();
        var demanded = Samples.All().Select(sample => sample.Concrete).Concat(typeof(MeetingId).Assembly.GetExportedTypes().Where(IsRecord))
            .Distinct().SelectMany(type => type.GetConstructors()).SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => nullability.Create(parameter).WriteState == NullabilityState.Nullable && !parameter.HasDefaultValue);
        Assert.Empty(demanded.Select(parameter => $"{parameter.Member.DeclaringType!.Name}.{parameter.Name}"));
    }

    [Fact]
    public void A_demand_for_the_active_speaker_names_nobody()
    {
        var demand = Assert.IsType<ChannelDemand>(JsonSerializer.Deserialize(
            """{"type":"demand","items":[{"source":"Camera","maxHeight":360,"priority":0}]}""", ContractsJson.Default.ChannelClientMessage));
        Assert.Equal(new DemandItem(MediaSource.Camera, 360, 0), Assert.Single(demand.Items));
    }

    [Theory]
    [InlineData("""{"type":"demand"}""")]
    [InlineData("""{"type":"demand","items":null}""")]
    [InlineData("""{"type":"demand","items":[{"maxHeight":360,"priority":0}]}""")]
    [InlineData("""{"type":"demand","items":[{"source":"Camera","priority":0}]}""")]
    [InlineData("""{"type":"demand","items":[{"source":"Camera","maxHeight":360}]}""")]
    public void What_has_to_be_there_and_is_missing_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, ContractsJson.Default.ChannelClientMessage));

    private static bool IsRecord(Type type) => type is { IsClass: true, IsAbstract: false } && type.GetMethod("<Clone>$") is not null;
}
