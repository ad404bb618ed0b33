using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;

namespace Conference.Silo.Embedded.Calls;

/// <summary>What a call of one interface method needs to know, found out once.</summary>
internal abstract class GrainMethod
{
    private readonly ReplyKind _reply;
    private readonly int[] _observerArguments;

    protected GrainMethod(MethodInfo method)
    {
        Name = $"{method.DeclaringType!.Name}.{method.Name}";
        _reply = KindOf(method.ReturnType);
        OneWay = method.IsDefined(typeof(OneWayAttribute)) || _reply == ReplyKind.Nothing;
        AlwaysInterleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        OnlyReads = method.IsDefined(typeof(ReadOnlyAttribute));
        var parameters = method.GetParameters();
        CancellationArgument = Array.FindIndex(parameters, p => p.ParameterType == typeof(CancellationToken));
        _observerArguments = [.. parameters.Where(p => typeof(IGrainObserver).IsAssignableFrom(p.ParameterType)).Select(p => p.Position)];
        Invoke = Compile(method, parameters);
    }

    private enum ReplyKind
    {
        Nothing,
        Task,
        ValueTask,
    }

    public string Name { get; }

    public bool OneWay { get; }

    public bool AlwaysInterleaves { get; }

    public bool OnlyReads { get; }

    /// <summary>The position of the cancellation token among the arguments, or -1.</summary>
    public int CancellationArgument { get; }

    /// <summary>Calls the method on an implementation. Whatever the method returns comes as a task (never null).</summary>
    public Func<object, object?[], Task> Invoke { get; }

    /// <summary>The plan for <paramref name="method"/>.</summary>
    /// <exception cref="NotSupportedException">Orleans would refuse the method as well.</exception>
    public static GrainMethod For(MethodInfo method)
    {
        if (method.IsGenericMethodDefinition) throw Unsupported(method, "is generic");
        if (method.GetParameters().Any(p => p.ParameterType.IsByRef)) throw Unsupported(method, "has a ref or out parameter");
        var result = method.ReturnType;
        if (result == typeof(void) && !typeof(IGrainObserver).IsAssignableFrom(method.DeclaringType)) throw Unsupported(method, "returns void");
        var value = result.IsGenericType && (result.GetGenericTypeDefinition() == typeof(Task<>) || result.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? result.GetGenericArguments()[0]
            : typeof(NoValue);
        if (value == typeof(NoValue) && result != typeof(void) && result != typeof(Task) && result != typeof(ValueTask))
            throw Unsupported(method, $"returns {result.Name}, not a task");
        return (GrainMethod)Activator.CreateInstance(typeof(GrainMethod<>).MakeGenericType(value), method)!;
    }

    /// <summary>Sends a call through <paramref name="reference"/>; returns what the interface method is to return.</summary>
    public abstract object? Call(Reference reference, object?[] arguments);

    protected void CheckArguments(object?[] arguments)
    {
        foreach (var position in _observerArguments)
        {
            if (arguments[position] is null or Reference) continue;
            throw new NotSupportedException(
                $"{Name} was given a {arguments[position]!.GetType()} as an observer, not a reference to one. Use CreateObjectReference.");
        }
    }

    protected object? Wrap(Task task) => _reply switch
    {
        ReplyKind.Nothing => null,
        ReplyKind.Task => task,
        _ => new ValueTask(task),
    };

    protected object? Wrap<T>(Task<T> task) => _reply == ReplyKind.Task ? task : new ValueTask<T>(task);

    private static NotSupportedException Unsupported(MethodInfo method, string why) =>
        new($"{method.DeclaringType}.{method.Name} {why}, which a grain method cannot.");

    private static ReplyKind KindOf(Type result)
    {
        if (result == typeof(void)) return ReplyKind.Nothing;
        return result.IsValueType ? ReplyKind.ValueTask : ReplyKind.Task;
    }

    private static Func<object, object?[], Task> Compile(MethodInfo method, ParameterInfo[] parameters)
    {
        var instance = Expression.Parameter(typeof(object), "instance");
        var arguments = Expression.Parameter(typeof(object?[]), "arguments");
        Expression call = Expression.Call(
            Expression.Convert(instance, method.DeclaringType!),
            method,
            parameters.Select(p => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(p.Position)), p.ParameterType)));
        if (method.ReturnType == typeof(void)) call = Expression.Block(call, Expression.Constant(Task.CompletedTask, typeof(Task)));
        else if (method.ReturnType.IsValueType) call = Expression.Call(call, nameof(ValueTask.AsTask), null);
        return Expression.Lambda<Func<object, object?[], Task>>(Expression.Convert(call, typeof(Task)), instance, arguments).Compile();
    }
}
