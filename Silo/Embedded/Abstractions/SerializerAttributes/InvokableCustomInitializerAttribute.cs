namespace Orleans;

/// <summary>
/// The base class of the attributes on grain methods (such as <c>AlwaysInterleave</c>) carries this one, so it must exist for them to be readable.
/// It tells Orleans' code generator what to call on a new request.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class InvokableCustomInitializerAttribute : Attribute
{
    /// <summary>Calls <paramref name="methodName"/> with the first argument of the attribute.</summary>
    public InvokableCustomInitializerAttribute(string methodName) => MethodName = methodName;

    /// <summary>Calls <paramref name="methodName"/> with a fixed argument.</summary>
    public InvokableCustomInitializerAttribute(string methodName, object methodArgumentValue)
    {
        MethodName = methodName;
        MethodArgumentValue = methodArgumentValue;
        AttributeArgumentIndex = -1;
    }

    /// <summary>The method of the request to call.</summary>
    public string MethodName { get; }

    /// <summary>Which positional argument of the attribute is passed on; -1 when <see cref="MethodArgumentValue"/> is.</summary>
    public int AttributeArgumentIndex { get; init; }

    /// <summary>The fixed argument, if there is one.</summary>
    public object? MethodArgumentValue { get; }
}
