namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Reads the dependency descriptors of one stream (one SSRC), keeping the template structure that its last key frame attached.
/// Allocates only when it is created.
/// </summary>
public sealed class DependencyDescriptorReader
{
    private DependencyStructure _spare = new();
    private DependencyStructure _current = new();
    private bool _hasStructure;

    /// <summary>The structure of the last key frame; null before the first. The object is filled anew by the structure after next.</summary>
    public DependencyStructure? Structure => _hasStructure ? _current : null;

    /// <summary>Bit mask of the decode targets that the sender produces, as last told; 0 before the first structure.</summary>
    public uint ActiveDecodeTargets { get; private set; }

    /// <summary>Reads the value of one packet's header extension element.</summary>
    /// <returns>
    /// False, and the structure stays, if the value is malformed, refers to a template that is not there, or no structure has arrived yet.
    /// The head may be readable nevertheless: see <see cref="DependencyHead.TryRead"/>.
    /// </returns>
    public bool TryRead(ReadOnlySpan<byte> value, out DependencyDescriptor descriptor)
    {
        if (!DependencyDescriptor.TryParse(value, Structure, _spare, out descriptor))
        {
            descriptor = default;
            return false;
        }
        if (descriptor.Head.HasStructure)
        {
            (_current, _spare) = (_spare, _current);
            _hasStructure = true;
        }
        if (descriptor.HasActiveDecodeTargets) ActiveDecodeTargets = descriptor.ActiveDecodeTargets;
        return true;
    }

    /// <summary>Forgets the structure, for a stream that starts anew.</summary>
    public void Reset()
    {
        _hasStructure = false;
        ActiveDecodeTargets = 0;
    }
}
