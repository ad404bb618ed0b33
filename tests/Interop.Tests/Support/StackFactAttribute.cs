namespace Conference.Interop.Tests.Support;

/// <summary>A test that needs foreign stacks: skipped, with the reason, where one is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StackFactAttribute : FactAttribute
{
    public StackFactAttribute(params Stack[] stacks) => Skip = stacks.Select(Installed.WhyNot).FirstOrDefault(reason => reason is not null);
}
