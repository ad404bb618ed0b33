using System.Collections.Immutable;

namespace Conference.Operator.Cluster;

/// <summary>Why a request to the Kubernetes API failed: the reasons of its <c>Status</c> objects that matter, and what happens before it answers.</summary>
public enum KubeReason
{
    /// <summary>A status that has no other name here; see <see cref="KubeError.Status"/>.</summary>
    Unknown,

    /// <summary>404: no such object, or no such kind.</summary>
    NotFound,

    /// <summary>409: an object of that name is there.</summary>
    AlreadyExists,

    /// <summary>409: a precondition (uid, resource version) failed, or another field manager owns a field.</summary>
    Conflict,

    /// <summary>410: the resource version or the page's token is too old; list again.</summary>
    Gone,

    /// <summary>401: the credential is missing, wrong or expired.</summary>
    Unauthorized,

    /// <summary>403: the account may not do that.</summary>
    Forbidden,

    /// <summary>422: the object breaks its schema.</summary>
    Invalid,

    /// <summary>400 or 415: the request makes no sense.</summary>
    BadRequest,

    /// <summary>429: later, after <see cref="KubeError.RetryAfter"/>; for an eviction: a disruption budget forbids it now.</summary>
    TooManyRequests,

    /// <summary>500: the server has an error.</summary>
    InternalError,

    /// <summary>503 or 504: the server is overloaded, starts or ends.</summary>
    Unavailable,

    /// <summary>No connection, or it broke, after all tries.</summary>
    Unreachable,

    /// <summary>No answer in time, after all tries.</summary>
    Timeout,

    /// <summary>The answer is not what the API promises.</summary>
    Malformed,

    /// <summary>The credential cannot be read; the message names the <see cref="ClusterConfigFault"/>.</summary>
    Configuration,
}

/// <summary>A request that failed.</summary>
/// <param name="Reason">The named reason.</param>
/// <param name="Status">The HTTP status; 0 without an answer.</param>
/// <param name="Message">The server's sentence.</param>
public sealed record KubeError(KubeReason Reason, int Status, string Message)
{
    /// <summary>When to come back, where the server says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is wrong with which field (<see cref="KubeReason.Invalid"/>), or who owns it (<see cref="KubeReason.Conflict"/> of an apply).</summary>
    public ImmutableArray<KubeCause> Causes { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Reason} ({Status}): {Message}";
}

/// <summary>One cause of a refusal.</summary>
/// <param name="Field">The field's path, as <c>spec.minPods</c> or <c>.spec.minPods</c>.</param>
/// <param name="Reason">A word, as <c>FieldManagerConflict</c>.</param>
/// <param name="Message">A sentence.</param>
public sealed record KubeCause(string? Field, string? Reason, string? Message);

/// <summary>A request that failed where its caller did not expect that.</summary>
public sealed class KubeException(KubeError error) : Exception(error.ToString())
{
    /// <summary>What failed.</summary>
    public KubeError Error { get; } = error;
}

/// <summary>What a request gave: a value or an error, never both.</summary>
/// <typeparam name="T">The value.</typeparam>
public readonly record struct KubeResult<T> where T : class
{
    /// <summary>The value, or null after an error.</summary>
    public T? Value { get; private init; }

    /// <summary>The error, or null.</summary>
    public KubeError? Error { get; private init; }

    /// <summary>The error's reason, or null.</summary>
    public KubeReason? Reason => Error?.Reason;

    /// <summary>Whether there is a value.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Error))]
    public bool Ok => Error is null;

    /// <summary>The value; throws <see cref="KubeException"/> after an error.</summary>
    public T Require() => Error is { } error ? throw new KubeException(error) : Value!;

    /// <summary>Wraps a value.</summary>
    public static implicit operator KubeResult<T>(T value) => new() { Value = value };

    /// <summary>Wraps an error.</summary>
    public static implicit operator KubeResult<T>(KubeError error) => new() { Error = error };
}
