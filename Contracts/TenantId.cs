using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>Names a tenant: the organisation that a meeting belongs to.</summary>
[JsonConverter(typeof(StringIdConverter<TenantId>))]
public readonly record struct TenantId : IStringId<TenantId>
{
    private TenantId(string value) => Value = value;

    /// <inheritdoc/>
    public string Value { get; }

    /// <inheritdoc/>
    public static TenantId FromValid(string value) => new(value);

    /// <summary>Parses trusted text (from the journal, a test, a constant); throws <see cref="FormatException"/> when it is not a valid identifier.</summary>
    public static TenantId Parse(string value) => StringId.TryParse<TenantId>(value, out var id) ? id : throw new FormatException("not a valid TenantId");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
