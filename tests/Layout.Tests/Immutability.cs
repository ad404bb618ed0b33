using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Conference.Contracts;

namespace Conference.Layout.Tests;

/// <summary>
/// Orleans copies what crosses a grain's border and the embedded runtime passes references, so both are equal only if everything that
/// crosses is deeply immutable: sealed (or abstract) records with init-only properties of immutable types, all the way down.
/// </summary>
public sealed class Immutability
{
    private static readonly HashSet<Type> Leaves =
    [
        typeof(string), typeof(decimal), typeof(DateTimeOffset), typeof(TimeSpan), typeof(Guid), typeof(Uri), typeof(CancellationToken), typeof(ReadOnlyMemory<byte>),
    ];

    private static readonly Type[] ImmutableCollections =
        [typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableHashSet<>), typeof(ImmutableQueue<>), typeof(Nullable<>)];

    [Fact]
    public void What_crosses_a_grains_border_is_deeply_immutable()
    {
        var messages = MessageTypes().Distinct().ToArray();
        Assert.NotEmpty(messages);
        Assert.Equal([], messages.SelectMany(t => Faults(t, [])).Distinct());
    }

    [Fact]
    public void Shared_words_are_deeply_immutable() =>
        Assert.Equal([], typeof(MeetingId).Assembly.GetExportedTypes().Where(t => IsRecord(t)).SelectMany(t => Faults(t, [])).Distinct());

    [Fact]
    public void The_check_finds_what_is_mutable()
    {
        Assert.NotEmpty(Faults(typeof(MutableSample), []));
        Assert.NotEmpty(Faults(typeof(HiddenSample), []));
    }

    private static IEnumerable<Type> MessageTypes()
    {
        var grains = Assembly.Load("Conference.Grains").GetExportedTypes();
        foreach (var method in grains.Where(t => t.IsInterface).SelectMany(t => t.GetMethods()))
        {
            foreach (var parameter in method.GetParameters().Where(p => !p.ParameterType.IsInterface)) yield return parameter.ParameterType;
            if (method.ReturnType.IsGenericType) yield return method.ReturnType.GetGenericArguments()[0];
        }
    }

    private static IEnumerable<string> Faults(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type) || type.IsPrimitive || type.IsEnum || Leaves.Contains(type)) yield break;
        if (type.IsGenericType && ImmutableCollections.Contains(type.GetGenericTypeDefinition()))
        {
            foreach (var fault in type.GetGenericArguments().SelectMany(a => Faults(a, seen))) yield return fault;
            yield break;
        }
        if (!IsRecord(type))
        {
            yield return $"{type} is neither a record nor a known immutable type";
            yield break;
        }
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(p => p.Name != "EqualityContract"))
        {
            if (property.SetMethod is { } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
                yield return $"{type}.{property.Name} has a setter";
            foreach (var fault in Faults(property.PropertyType, seen)) yield return fault;
        }
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(f => !f.IsDefined(typeof(CompilerGeneratedAttribute)) && !f.IsInitOnly))
            yield return $"{type}.{field.Name} is a mutable field";
        foreach (var derived in type.IsAbstract ? type.Assembly.GetTypes().Where(t => t.BaseType == type) : [])
            foreach (var fault in Faults(derived, seen)) yield return fault;
    }

    private static bool IsRecord(Type type) =>
        type.IsValueType ? type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null : type.GetMethod("<Clone>$") is not null;

    private sealed record MutableSample
    {
        public int Count { get; set; }
    }

    private sealed record HiddenSample(ImmutableArray<List<int>> Lists);
}
