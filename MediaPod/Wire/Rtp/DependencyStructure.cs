namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// The template structure of a stream (AV1 RTP specification section A.8.3): which layers, decode targets and chains it has, and the templates
/// that frames refer to. Filled anew in place by <see cref="DependencyDescriptorReader"/>; read it only until the next structure arrives.
/// </summary>
public sealed class DependencyStructure
{
    /// <summary>Most templates.</summary>
    public const int MaxTemplates = 64;

    /// <summary>Most decode targets, and most chains.</summary>
    public const int MaxDecodeTargets = 32;

    /// <summary>Most spatial layers.</summary>
    public const int MaxSpatialLayers = 4;

    /// <summary>Most temporal layers.</summary>
    public const int MaxTemporalLayers = 8;

    /// <summary>Most frames that one frame may refer to. The syntax has no limit; encoders use up to 8.</summary>
    public const int MaxReferences = 16;

    // An element of a header extension has at most 255 bytes, and a chain difference takes 4 bits of it.
    private const int MaxChainDifferences = 255 * 8 / 4;

    private readonly byte[] _templateSpatial = new byte[MaxTemplates];
    private readonly byte[] _templateTemporal = new byte[MaxTemplates];
    private readonly ulong[] _templateIndications = new ulong[MaxTemplates];
    private readonly byte[] _templateReferenceCounts = new byte[MaxTemplates];
    private readonly byte[] _templateReferences = new byte[MaxTemplates * MaxReferences];
    private readonly byte[] _templateChains = new byte[MaxChainDifferences];
    private readonly byte[] _targetSpatial = new byte[MaxDecodeTargets];
    private readonly byte[] _targetTemporal = new byte[MaxDecodeTargets];
    private readonly byte[] _targetChain = new byte[MaxDecodeTargets];
    private readonly uint[] _resolutions = new uint[MaxSpatialLayers];

    internal DependencyStructure()
    {
    }

    /// <summary>Identifier of the first template, 0 to 63.</summary>
    public int TemplateIdOffset { get; private set; }

    /// <summary>Number of templates, 1 to 64.</summary>
    public int TemplateCount { get; private set; }

    /// <summary>Number of decode targets, 1 to 32.</summary>
    public int DecodeTargetCount { get; private set; }

    /// <summary>Number of chains, 0 to 32.</summary>
    public int ChainCount { get; private set; }

    /// <summary>Number of spatial layers, 1 to 4.</summary>
    public int SpatialLayerCount { get; private set; }

    /// <summary>Number of temporal layers, 1 to 8.</summary>
    public int TemporalLayerCount { get; private set; }

    /// <summary>Whether resolutions are known.</summary>
    public bool HasResolutions { get; private set; }

    /// <summary>The bit mask with all decode targets active.</summary>
    public uint AllDecodeTargets => (uint)((1ul << DecodeTargetCount) - 1);

    /// <summary>Highest spatial layer of a decode target.</summary>
    public int DecodeTargetSpatialId(int decodeTarget) => _targetSpatial[decodeTarget];

    /// <summary>Highest temporal layer of a decode target.</summary>
    public int DecodeTargetTemporalId(int decodeTarget) => _targetTemporal[decodeTarget];

    /// <summary>The chain that protects a decode target; -1 without chains.</summary>
    public int DecodeTargetChain(int decodeTarget) => ChainCount == 0 ? -1 : _targetChain[decodeTarget];

    /// <summary>The decode target with exactly these highest layers; -1 if there is none.</summary>
    public int FindDecodeTarget(int spatialId, int temporalId)
    {
        for (var i = 0; i < DecodeTargetCount; i++)
        {
            if (_targetSpatial[i] == spatialId && _targetTemporal[i] == temporalId) return i;
        }
        return -1;
    }

    /// <summary>Resolution of a spatial layer in pixels. False if it is not known.</summary>
    public bool TryGetResolution(int spatialId, out int width, out int height)
    {
        var known = HasResolutions && (uint)spatialId < (uint)SpatialLayerCount;
        width = known ? (int)(_resolutions[spatialId] >> 16) + 1 : 0;
        height = known ? (int)(_resolutions[spatialId] & 0xFFFF) + 1 : 0;
        return known;
    }

    internal int TemplateSpatialId(int template) => _templateSpatial[template];

    internal int TemplateTemporalId(int template) => _templateTemporal[template];

    internal ulong TemplateIndications(int template) => _templateIndications[template];

    internal ReadOnlySpan<byte> TemplateReferences(int template) => _templateReferences.AsSpan(template * MaxReferences, _templateReferenceCounts[template]);

    internal ReadOnlySpan<byte> TemplateChains(int template) => _templateChains.AsSpan(template * ChainCount, ChainCount);

    /// <summary>Reads a structure. False, with garbage left inside, if it is malformed.</summary>
    internal bool TryParse(ref BitReader bits)
    {
        TemplateIdOffset = (int)bits.Read(6);
        DecodeTargetCount = (int)bits.Read(5) + 1;
        if (!TryReadLayers(ref bits)) return false;
        ReadIndications(ref bits);
        if (bits.Failed || !TryReadReferences(ref bits) || !TryReadChains(ref bits)) return false;
        DeriveDecodeTargets();
        HasResolutions = bits.ReadFlag();
        for (var i = 0; HasResolutions && i < SpatialLayerCount; i++) _resolutions[i] = bits.Read(32);
        return !bits.Failed;
    }

    private bool TryReadLayers(ref BitReader bits)
    {
        var (spatial, temporal, highest) = (0, 0, 0);
        for (var count = 0; count < MaxTemplates && !bits.Failed; count++)
        {
            _templateSpatial[count] = (byte)spatial;
            _templateTemporal[count] = (byte)temporal;
            highest = Math.Max(highest, temporal);
            switch (bits.Read(2))
            {
                case 1:
                    temporal++;
                    break;
                case 2:
                    (spatial, temporal) = (spatial + 1, 0);
                    break;
                case 3:
                    (TemplateCount, SpatialLayerCount, TemporalLayerCount) = (count + 1, spatial + 1, highest + 1);
                    return true;
            }
            if (spatial >= MaxSpatialLayers || temporal >= MaxTemporalLayers) return false;
        }
        return false;
    }

    private void ReadIndications(ref BitReader bits)
    {
        for (var template = 0; template < TemplateCount && !bits.Failed; template++)
            _templateIndications[template] = DependencyDescriptor.ReadIndications(ref bits, DecodeTargetCount);
    }

    private bool TryReadReferences(ref BitReader bits)
    {
        for (var template = 0; template < TemplateCount; template++)
        {
            byte count = 0;
            while (bits.ReadFlag())
            {
                if (count == MaxReferences) return false;
                _templateReferences[template * MaxReferences + count++] = (byte)(bits.Read(4) + 1);
            }
            if (bits.Failed) return false;
            _templateReferenceCounts[template] = count;
        }
        return true;
    }

    private bool TryReadChains(ref BitReader bits)
    {
        ChainCount = (int)bits.ReadNonSymmetric((uint)DecodeTargetCount + 1);
        if (ChainCount == 0) return !bits.Failed;
        for (var target = 0; target < DecodeTargetCount; target++) _targetChain[target] = (byte)bits.ReadNonSymmetric((uint)ChainCount);
        if (bits.Failed || TemplateCount * ChainCount > _templateChains.Length) return false;
        for (var i = 0; i < TemplateCount * ChainCount; i++) _templateChains[i] = (byte)bits.Read(4);
        return !bits.Failed;
    }

    /// <summary>A decode target reaches up to the highest layers of the templates that it has (section A.8.3.6).</summary>
    private void DeriveDecodeTargets()
    {
        for (var target = 0; target < DecodeTargetCount; target++)
        {
            var (spatial, temporal) = ((byte)0, (byte)0);
            for (var template = 0; template < TemplateCount; template++)
            {
                if ((_templateIndications[template] >> (target * 2) & 3) == 0) continue;
                spatial = Math.Max(spatial, _templateSpatial[template]);
                temporal = Math.Max(temporal, _templateTemporal[template]);
            }
            _targetSpatial[target] = spatial;
            _targetTemporal[target] = temporal;
        }
    }
}
