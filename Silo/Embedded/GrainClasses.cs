using System.Collections.Frozen;
using System.Reflection;
using Conference.Silo.Embedded.Calls;

namespace Conference.Silo.Embedded;

/// <summary>All grain classes of the silo, found once at start.</summary>
internal sealed class GrainClasses
{
    private readonly FrozenDictionary<GrainType, GrainClass> _byType;
    private readonly FrozenDictionary<Type, GrainClass[]> _byInterface;

    private GrainClasses(IReadOnlyCollection<GrainClass> classes)
    {
        foreach (var same in classes.GroupBy(c => c.GrainType).Where(g => g.Count() > 1))
            throw new ArgumentException($"{string.Join(" and ", same.Select(c => c.Type))} have the same grain type, {same.Key}.");
        _byType = classes.ToFrozenDictionary(c => c.GrainType);
        _byInterface = classes.SelectMany(c => c.Interfaces.Select(i => (Interface: i, Class: c)))
            .GroupBy(p => p.Interface, p => p.Class)
            .ToFrozenDictionary(g => g.Key, g => g.ToArray());
        foreach (var type in _byInterface.Keys) InterfacePlan.For(type);
    }

    public int Count => _byType.Count;

    /// <summary>The concrete grain classes of some assemblies, public or not.</summary>
    public static GrainClasses In(IEnumerable<Assembly> assemblies) =>
        new([.. assemblies.Distinct()
            .SelectMany(a => a.GetTypes())
            .Where(t => t.IsClass && !t.IsAbstract && typeof(IGrain).IsAssignableFrom(t) && typeof(IGrainBase).IsAssignableFrom(t))
            .Where(t => !typeof(Reference).IsAssignableFrom(t))
            .Select(t => new GrainClass(t))]);

    /// <summary>The class with that grain type.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public GrainClass ByType(GrainType type) =>
        _byType.TryGetValue(type, out var found) ? found : throw new ArgumentException($"There is no grain type {type}.");

    /// <summary>
    /// The class that serves an interface: the only one, or of several the one whose full name starts with the prefix, or that has the interface's
    /// name without its "I".
    /// </summary>
    /// <exception cref="ArgumentException">There is none, or no single one.</exception>
    public GrainClass ByInterface(Type type, string? classPrefix)
    {
        var candidates = _byInterface.GetValueOrDefault(type, []);
        if (!string.IsNullOrEmpty(classPrefix))
            candidates = [.. candidates.Where(c => c.Type.FullName!.StartsWith(classPrefix, StringComparison.Ordinal))];
        if (candidates.Length > 1 && string.IsNullOrEmpty(classPrefix))
            candidates = [.. candidates.Where(c => $"I{c.Type.Name}" == type.Name)];
        if (candidates.Length == 1) return candidates[0];
        var count = candidates.Length == 0 ? "No" : "More than one";
        throw new ArgumentException($"{count} grain class serves {type}{(classPrefix is null ? "" : $" and starts with {classPrefix}")}.");
    }
}
