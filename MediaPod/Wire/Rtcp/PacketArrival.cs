namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>What transport-wide feedback says about one packet.</summary>
/// <param name="Sequence">Its transport-wide sequence number.</param>
/// <param name="IsReceived">Whether it arrived.</param>
/// <param name="Microseconds">
/// When it arrived, in the receiver's clock, in steps of 250: only differences mean anything, also between feedbacks as long as
/// <see cref="TransportWideReader.ReferenceTime"/> does not wrap. 0 if it did not arrive.
/// </param>
public readonly record struct PacketArrival(ushort Sequence, bool IsReceived, long Microseconds);
