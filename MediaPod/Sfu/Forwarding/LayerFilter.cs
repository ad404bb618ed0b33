using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>
/// Which spatial and temporal layers of one encoding pass: fewer from the next picture on, more where the codec says that a receiver can begin with them
/// (docs/allocation.md, cases T1 to T5). Two compares per packet while nothing changes. A mutable struct: keep it in a field.
/// </summary>
internal unsafe struct LayerFilter
{
    private byte _spatial, _temporal;
    private byte _goalSpatial, _goalTemporal;
    private byte _spatialBefore, _temporalBefore;
    private long _since;

    /// <summary>The highest spatial layer that passes.</summary>
    public readonly byte Spatial => _spatial;

    /// <summary>The highest temporal layer that passes.</summary>
    public readonly byte Temporal => _temporal;

    /// <summary>Other layers are to pass than do.</summary>
    public readonly bool Changes => _spatial != _goalSpatial || _temporal != _goalTemporal;

    /// <summary>Higher spatial layers are wanted, which only a key frame or a switching point opens.</summary>
    public readonly bool WaitsForSpatial => _goalSpatial > _spatial;

    /// <summary>Higher temporal layers are wanted.</summary>
    public readonly bool WaitsForTemporal => _goalTemporal > _temporal;

    /// <summary>The decode targets that pass were set anew.</summary>
    public bool Renewed { get; set; }

    /// <summary>Begins with a key frame: all that is wanted passes (T3).</summary>
    public void Begin(byte spatial, byte temporal, long sequence)
    {
        (_spatial, _temporal) = (_spatialBefore, _temporalBefore) = (_goalSpatial, _goalTemporal) = (spatial, temporal);
        (_since, Renewed) = (sequence, true);
    }

    /// <summary>Says what is to pass.</summary>
    public void Aim(byte spatial, byte temporal) => (_goalSpatial, _goalTemporal) = (spatial, temporal);

    /// <summary>Whether a packet is of a layer that does not pass. One that comes late is judged as those around it were.</summary>
    public readonly bool Excludes(Packet* packet) => packet->Sequence >= _since
        ? packet->Frame.SpatialId > _spatial || packet->Frame.TemporalId > _temporal
        : packet->Frame.SpatialId > _spatialBefore || packet->Frame.TemporalId > _temporalBefore;

    /// <summary>Changes what passes, if the first packet of a new picture allows it.</summary>
    public void Change(Packet* packet, PublicationStream source, bool isVp8)
    {
        var (spatial, temporal) = (Math.Min(_spatial, _goalSpatial), Math.Min(_temporal, _goalTemporal)); // T1, T2: fewer, at once
        if (packet->Frame.KeyFrameStart) (spatial, temporal) = (_goalSpatial, _goalTemporal); // T3
        else if (packet->Frame.FrameStart) Raise(packet, source, isVp8, ref spatial, ref temporal);
        if (spatial == _spatial && temporal == _temporal) return;
        (_spatialBefore, _temporalBefore, _since) = (_spatial, _temporal, packet->Sequence);
        (_spatial, _temporal, Renewed) = (spatial, temporal, true);
    }

    private readonly void Raise(Packet* packet, PublicationStream source, bool isVp8, ref byte spatial, ref byte temporal)
    {
        ref var frame = ref packet->Frame;
        if (isVp8)
        {
            // T4: one layer at a time, each with a frame that depends on the lowest alone.
            if (frame.RaisePoint && frame.TemporalId == temporal + 1 && frame.TemporalId <= _goalTemporal) temporal = IsTop(source, frame.TemporalId) ? _goalTemporal : frame.TemporalId;
        }
        else if (frame.SwitchTargets != 0)
        {
            // T5: where the descriptor says that the wanted decode target can be begun with, if this frame itself can be decoded.
            if (frame.SpatialId > spatial || frame.TemporalId > temporal) return;
            if (Begins(frame.SwitchTargets, source, _goalSpatial, _goalTemporal)) (spatial, temporal) = (_goalSpatial, _goalTemporal);
            else if (Begins(frame.SwitchTargets, source, spatial, _goalTemporal)) temporal = _goalTemporal;
        }
        else if (frame.RaisePoint && frame.TemporalId <= temporal) temporal = _goalTemporal; // T4
    }

    private static bool IsTop(PublicationStream source, byte temporalId) => temporalId >= source.Layers.HighestTemporal;

    private static bool Begins(uint targets, PublicationStream source, byte spatial, byte temporal)
    {
        if (source.Descriptors.Structure is not { } structure) return false;
        var target = structure.FindDecodeTarget(Math.Min((int)spatial, structure.SpatialLayerCount - 1), Math.Min((int)temporal, structure.TemporalLayerCount - 1));
        return target >= 0 && (targets >> target & 1) != 0;
    }
}
