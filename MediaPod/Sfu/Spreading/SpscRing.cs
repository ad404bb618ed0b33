using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>
/// A ring between one producing and one consuming thread: no lock, no allocation after it is made. What is added is seen after <see cref="Publish"/>, what was taken makes
/// room after <see cref="Free"/>, so that a batch costs each side one write that the other waits for.
/// </summary>
/// <typeparam name="T">What is passed on, by value.</typeparam>
internal sealed unsafe class SpscRing<T> : IDisposable where T : unmanaged
{
    private readonly T* _places;
    private readonly int _mask;
    private RingPositions _at;

    /// <param name="capacity">A power of two.</param>
    public SpscRing(int capacity)
    {
        _mask = capacity - 1;
        _places = (T*)NativeMemory.Alloc((nuint)capacity, (nuint)sizeof(T));
    }

    /// <summary>Producer: adds one. False: there would be no room for <paramref name="spare"/> more.</summary>
    public bool TryAdd(in T item, int spare = 0)
    {
        if (_at.Added - _at.FreedSeen > _mask - spare)
        {
            _at.FreedSeen = Volatile.Read(ref _at.Freed);
            if (_at.Added - _at.FreedSeen > _mask - spare) return false;
        }
        _places[_at.Added++ & _mask] = item;
        return true;
    }

    /// <summary>Producer: shows what was added to the consumer. False: nothing was.</summary>
    public bool Publish()
    {
        if (_at.Published == _at.Added) return false;
        Volatile.Write(ref _at.Published, _at.Added);
        return true;
    }

    /// <summary>Consumer: how many can be taken.</summary>
    public int Available => (int)(Volatile.Read(ref _at.Published) - _at.Taken);

    /// <summary>Consumer: takes the oldest; only when one is <see cref="Available"/>.</summary>
    public T Take() => _places[_at.Taken++ & _mask];

    /// <summary>Consumer: gives the places of what was taken back to the producer.</summary>
    public void Free()
    {
        if (_at.Freed != _at.Taken) Volatile.Write(ref _at.Freed, _at.Taken);
    }

    /// <summary>When neither side uses it any more.</summary>
    public void Dispose() => NativeMemory.Free(_places);
}

/// <summary>How far the sides of a ring have come: each side's numbers two cache lines away from the other's and from whatever lies beside the ring, because processors fetch lines in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal struct RingPositions
{
    [FieldOffset(128)] public long Added;
    [FieldOffset(136)] public long Published;
    [FieldOffset(144)] public long FreedSeen;
    [FieldOffset(256)] public long Taken;
    [FieldOffset(264)] public long Freed;
}
