using System.Reflection;
using System.Text.Json.Serialization;

namespace Conference.Contracts.Tests;

public sealed class EnumRules
{
    [Fact]
    public void Every_enum_travels_as_its_names() =>
        Assert.Empty(typeof(MeetingId).Assembly.GetExportedTypes().Where(t => t.IsEnum)
            .Where(t => t.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType != typeof(EnumNames<>).MakeGenericType(t)));
}
