using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>A test that needs a network of its own; skipped, with the reason, where one cannot be made.</summary>
internal sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute() => Skip = NetworkNamespace.Obstacle;
}
