using System.Collections;
using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>An immutable list that is equal to another one with equal elements in the same order, so that descriptions compare by value.</summary>
/// <typeparam name="T">An immutable element type with value equality.</typeparam>
[CollectionBuilder(typeof(SdpList), nameof(SdpList.Create))]
public sealed class SdpList<T> : IReadOnlyList<T>, IEquatable<SdpList<T>>
{
    /// <summary>The list without elements.</summary>
    public static readonly SdpList<T> Empty = new([]);

    private readonly T[] _items;

    internal SdpList(T[] items) => _items = items;

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <summary>The elements as a span.</summary>
    public ReadOnlySpan<T> AsSpan() => _items;

    /// <summary>Walks the elements without allocating.</summary>
    public ReadOnlySpan<T>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(SdpList<T>? other) => other is not null && (ReferenceEquals(this, other) || AsSpan().SequenceEqual(other._items, EqualityComparer<T>.Default));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SdpList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>The elements, for people.</summary>
    public override string ToString() => $"[{string.Join(", ", _items)}]";
}

/// <summary>Makes lists.</summary>
public static class SdpList
{
    /// <summary>Makes a list of the given elements, which are copied.</summary>
    public static SdpList<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? SdpList<T>.Empty : new SdpList<T>(items.ToArray());

    /// <summary>Makes a list of the given elements, which are copied.</summary>
    public static SdpList<T> ToSdpList<T>(this IEnumerable<T> items) => items as SdpList<T> ?? Create<T>(items.ToArray());
}
