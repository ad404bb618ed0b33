using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;
using Conference.Contracts;

namespace Conference.Contracts.Tests;

/// <summary>Makes one fully filled value of any shared word, always the same one, so that golden files need no hand-written samples.</summary>
internal static class Samples
{
    /// <summary>Every type that travels as JSON on its own, concrete ones only, each with the type it is written as.</summary>
    public static IEnumerable<(Type Root, Type Concrete)> All() =>
        typeof(ContractsJson).GetCustomAttributesData().Where(a => a.AttributeType == typeof(JsonSerializableAttribute))
            .Select(a => (Type)a.ConstructorArguments[0].Value!)
            .SelectMany(root => root.IsAbstract ? Derived(root).Select(d => (root, d)) : [(root, root)])
            .OrderBy(x => x.root.Name, StringComparer.Ordinal);

    public static IEnumerable<Type> Derived(Type root) => root.GetCustomAttributes<JsonDerivedTypeAttribute>(false).Select(a => a.DerivedType);

    public static object Make(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return name.Length == 0 ? "text" : $"a {name}";
        if (type == typeof(bool)) return true;
        if (type == typeof(int)) return 7;
        if (type == typeof(long)) return 42L;
        if (type == typeof(double)) return 0.25;
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Math.Min(1, Enum.GetValues(type).Length - 1))!;
        if (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IStringId<>)))
            return type.GetMethod("Parse", [typeof(string)])!.Invoke(null, [type.Name.ToLowerInvariant() + "-1"])!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)) return MakeArray(type.GetGenericArguments()[0], name);
        if (type.IsAbstract) return Make(Derived(type).First(), name);
        var constructor = type.GetConstructors().Where(c => c.GetParameters().All(p => p.ParameterType != type)).OrderByDescending(c => c.GetParameters().Length).First();
        var value = constructor.Invoke([.. constructor.GetParameters().Select(p => Make(p.ParameterType, p.Name!))]);
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is not null && p.Name != "Version" && constructor.GetParameters().All(c => !string.Equals(c.Name, p.Name, StringComparison.OrdinalIgnoreCase))))
            property.SetValue(value, Make(property.PropertyType, property.Name));
        return value;
    }

    private static object MakeArray(Type element, string name)
    {
        var array = Array.CreateInstance(element, 1);
        array.SetValue(Make(element, name), 0);
        return typeof(ImmutableArray).GetMethods().First(m => m.Name == nameof(ImmutableArray.Create) && m.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(element).Invoke(null, [array])!;
    }
}
