using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// What the dependency descriptor of one packet says about its frame (AV1 RTP specification appendix A), with its template filled in.
/// A value: it does not change when a new structure arrives.
/// </summary>
public struct DependencyDescriptor
{
    private ulong _indications;
    private References _references;
    private Chains _chains;

    [InlineArray(DependencyStructure.MaxReferences)]
    private struct References
    {
        private ushort _first;
    }

    [InlineArray(DependencyStructure.MaxDecodeTargets)]
    private struct Chains
    {
        private byte _first;
    }

    /// <summary>Frame boundaries, template, frame number, and whether a structure is attached.</summary>
    public DependencyHead Head { get; private set; }

    /// <summary>Spatial layer of the frame, 0 to 3.</summary>
    public byte SpatialId { get; private set; }

    /// <summary>Temporal layer of the frame, 0 to 7.</summary>
    public byte TemporalId { get; private set; }

    /// <summary>Number of decode targets of the structure, 1 to 32.</summary>
    public byte DecodeTargetCount { get; private set; }

    /// <summary>Number of chains of the structure, 0 to 32.</summary>
    public byte ChainCount { get; private set; }

    /// <summary>Number of frames that this one refers to, 0 to 16. A frame without references can be decoded by itself.</summary>
    public byte ReferenceCount { get; private set; }

    /// <summary>Whether <see cref="ActiveDecodeTargets"/> is told in this packet (always with a structure).</summary>
    public bool HasActiveDecodeTargets { get; private set; }

    /// <summary>Bit mask of the decode targets that the sender produces, from this frame on; 0 if not told in this packet.</summary>
    public uint ActiveDecodeTargets { get; private set; }

    /// <summary>Where things are in the value, for <see cref="DependencyDescriptorWriter"/>.</summary>
    public DependencyPlaces Places { get; private set; }

    /// <summary>Bit mask of the decode targets that a receiver can begin with at this frame (<see cref="DecodeTargetIndication.Switch"/>).</summary>
    public readonly uint SwitchTargets
    {
        get
        {
            var mask = 0u;
            for (var i = 0; i < DecodeTargetCount; i++)
            {
                if (Indication(i) == DecodeTargetIndication.Switch) mask |= 1u << i;
            }
            return mask;
        }
    }

    /// <summary>What the frame means to a decode target, 0 to <see cref="DecodeTargetCount"/> - 1.</summary>
    public readonly DecodeTargetIndication Indication(int decodeTarget) => (DecodeTargetIndication)(_indications >> (decodeTarget * 2) & 3);

    /// <summary>How many frames back the reference number <paramref name="index"/> (0 to <see cref="ReferenceCount"/> - 1) is, 1 to 4096.</summary>
    public readonly int Reference(int index) => _references[index];

    /// <summary>How many frames back the previous frame of a chain (0 to <see cref="ChainCount"/> - 1) is, 0 to 255; 0 if there is none.</summary>
    public readonly int ChainDifference(int chain) => _chains[chain];

    internal static ulong ReadIndications(ref BitReader bits, int count)
    {
        ulong indications = 0;
        for (var i = 0; i < count; i++) indications |= (ulong)bits.Read(2) << (i * 2);
        return indications;
    }

    /// <summary>Reads a value. <paramref name="spare"/> is filled where a structure is attached, and used instead of <paramref name="current"/>.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> value, DependencyStructure? current, DependencyStructure spare, out DependencyDescriptor descriptor)
    {
        descriptor = default;
        if (!DependencyHead.TryRead(value, out var head)) return false;
        var bits = new BitReader(value);
        bits.Read(24);
        var (hasMask, customIndications, customReferences, customChains) = (false, false, false, false);
        if (value.Length > DependencyHead.MandatoryLength)
        {
            bits.Read(1);
            (hasMask, customIndications, customReferences, customChains) = (bits.ReadFlag(), bits.ReadFlag(), bits.ReadFlag(), bits.ReadFlag());
        }
        if (head.HasStructure && !spare.TryParse(ref bits)) return false;
        var structure = head.HasStructure ? spare : current;
        if (structure is null) return false;
        var template = (head.TemplateId + 64 - structure.TemplateIdOffset) % 64;
        if (template >= structure.TemplateCount) return false;
        descriptor.Head = head;
        var maskBit = (ushort)bits.Position;
        descriptor.ReadMask(ref bits, structure, hasMask);
        var definitionBit = (ushort)bits.Position;
        descriptor.UseTemplate(structure, template);
        if (customIndications) descriptor._indications = ReadIndications(ref bits, structure.DecodeTargetCount);
        if (customReferences && !descriptor.TryReadReferences(ref bits)) return false;
        for (var i = 0; customChains && i < structure.ChainCount; i++) descriptor._chains[i] = (byte)bits.Read(8);
        descriptor.Places = new DependencyPlaces(maskBit, definitionBit, (ushort)bits.Position, descriptor.DecodeTargetCount);
        return !bits.Failed;
    }

    private void ReadMask(ref BitReader bits, DependencyStructure structure, bool present)
    {
        HasActiveDecodeTargets = present || Head.HasStructure;
        ActiveDecodeTargets = present ? bits.Read(structure.DecodeTargetCount) : Head.HasStructure ? structure.AllDecodeTargets : 0;
    }

    private void UseTemplate(DependencyStructure structure, int template)
    {
        SpatialId = (byte)structure.TemplateSpatialId(template);
        TemporalId = (byte)structure.TemplateTemporalId(template);
        DecodeTargetCount = (byte)structure.DecodeTargetCount;
        ChainCount = (byte)structure.ChainCount;
        _indications = structure.TemplateIndications(template);
        var references = structure.TemplateReferences(template);
        ReferenceCount = (byte)references.Length;
        for (var i = 0; i < references.Length; i++) _references[i] = references[i];
        structure.TemplateChains(template).CopyTo(_chains);
    }

    private bool TryReadReferences(ref BitReader bits)
    {
        ReferenceCount = 0;
        while (true)
        {
            var size = (int)bits.Read(2);
            if (size == 0) return !bits.Failed;
            if (ReferenceCount == DependencyStructure.MaxReferences) return false;
            _references[ReferenceCount++] = (ushort)(bits.Read(size * 4) + 1);
        }
    }
}
