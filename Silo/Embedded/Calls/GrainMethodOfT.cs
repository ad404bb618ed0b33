using System.Reflection;

namespace Conference.Silo.Embedded.Calls;

/// <summary>The result of a method that has none.</summary>
internal readonly struct NoValue;

/// <summary>A method whose reply carries a <typeparamref name="T"/>.</summary>
internal sealed class GrainMethod<T>(MethodInfo method) : GrainMethod(method)
{
    public override object? Call(Reference reference, object?[] arguments)
    {
        CheckArguments(arguments);
        var request = new CallRequest<T>(this, arguments, reference);
        request.Send();
        if (OneWay) return typeof(T) == typeof(NoValue) ? Wrap(Task.CompletedTask) : Wrap(Task.FromResult<T>(default!));
        return typeof(T) == typeof(NoValue) ? Wrap((Task)request.Reply) : Wrap(request.Reply);
    }

    /// <summary>The value of a task that <see cref="GrainMethod.Invoke"/> returned and that has ended; throws what it threw.</summary>
    public static T ValueOf(Task task)
    {
        if (task is Task<T> withValue) return withValue.GetAwaiter().GetResult();
        task.GetAwaiter().GetResult();
        return default!;
    }
}
