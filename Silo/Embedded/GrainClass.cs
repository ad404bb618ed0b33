using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Conference.Silo.Embedded;

/// <summary>One grain class: its name in identities, the interfaces it serves, and how to make one.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _factory;

    public GrainClass(Type type)
    {
        Refuse(type, type.IsGenericTypeDefinition, "is generic");
        Refuse(type, type.IsDefined(typeof(StatelessWorkerAttribute), inherit: true), "is a stateless worker");
        Refuse(type, type.IsDefined(typeof(MayInterleaveAttribute), inherit: true), "decides interleaving by a predicate");
        Type = type;
        GrainType = GrainType.Create(NameOf(type));
        TypeName = GrainType.ToString();
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        Interfaces = [.. type.GetInterfaces().Where(i => typeof(IGrain).IsAssignableFrom(i) && i.Assembly != typeof(IGrain).Assembly)];
        _factory = ActivatorUtilities.CreateFactory(type, []);
    }

    public Type Type { get; }

    /// <summary>As Orleans derives it: the class name in lower case without "grain" at its end, or what <see cref="GrainTypeAttribute"/> says.</summary>
    public GrainType GrainType { get; }

    public string TypeName { get; }

    public bool IsReentrant { get; }

    public IReadOnlyList<Type> Interfaces { get; }

    public object Create(IServiceProvider services) => _factory(services, []);

    private static string NameOf(Type type)
    {
        var named = type.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType == typeof(GrainTypeAttribute));
        if (named?.ConstructorArguments[0].Value is string name) return name;
        name = type.Name.ToLowerInvariant();
        return name.Length > "grain".Length && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^"grain".Length] : name;
    }

    private static void Refuse(Type type, bool condition, string why)
    {
        if (condition) throw new NotSupportedException($"{type} {why}. The embedded runtime does not run such grains; Orleans does.");
    }
}
