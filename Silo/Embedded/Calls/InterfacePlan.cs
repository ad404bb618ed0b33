using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;

namespace Conference.Silo.Embedded.Calls;

/// <summary>The methods of one grain or observer interface, with those it inherits.</summary>
internal sealed class InterfacePlan
{
    private static readonly ConcurrentDictionary<Type, InterfacePlan> Plans = new();
    private readonly FrozenDictionary<MethodInfo, GrainMethod> _methods;

    private InterfacePlan(Type type)
    {
        Interface = type;
        _methods = type.GetInterfaces().Append(type)
            .SelectMany(i => i.GetMethods(BindingFlags.Instance | BindingFlags.Public))
            .ToFrozenDictionary(m => m, GrainMethod.For);
    }

    public Type Interface { get; }

    /// <summary>The plan of an interface, made once per process.</summary>
    /// <exception cref="ArgumentException">It is no interface.</exception>
    /// <exception cref="NotSupportedException">It has a method that no grain can have.</exception>
    public static InterfacePlan For(Type type)
    {
        if (Plans.TryGetValue(type, out var known)) return known;
        if (!type.IsInterface) throw new ArgumentException($"{type} is not an interface.", nameof(type));
        return Plans.GetOrAdd(type, new InterfacePlan(type));
    }

    public GrainMethod Method(MethodInfo method) => _methods[method];
}
