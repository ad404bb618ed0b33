namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>What pacing and probing need of the session that a transport belongs to.</summary>
internal interface IPacedReceiver
{
    /// <summary>One of its slots can carry padding under a transport-wide sequence number.</summary>
    bool CanProbe { get; }

    /// <summary>Sends one packet of padding of about so many bytes. False: nothing can be sent at present.</summary>
    bool SendPadding(int bytes, long now);

    /// <summary>Packets of the stream with this SSRC were given up: it goes on with a key frame.</summary>
    void Overstayed(uint ssrc, long now);
}
