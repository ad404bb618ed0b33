namespace Conference.Silo.Embedded;

/// <summary>Keeps what is made inside it from remembering the async locals of whoever happens to make it.</summary>
internal static class Isolation
{
    /// <summary>To be disposed on the same thread.</summary>
    public static Scope Enter() => new(!ExecutionContext.IsFlowSuppressed());

    internal readonly struct Scope : IDisposable
    {
        private readonly bool _suppressed;

        public Scope(bool suppress)
        {
            _suppressed = suppress;
            if (suppress) ExecutionContext.SuppressFlow();
        }

        public void Dispose()
        {
            if (_suppressed) ExecutionContext.RestoreFlow();
        }
    }
}
