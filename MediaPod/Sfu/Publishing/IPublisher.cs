using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>Whose a publication is, and the way to who sends it: a session of this worker, or a publisher whose session lives on another one.</summary>
internal interface IPublisher
{
    string ParticipantId { get; }

    /// <summary>Only sessions of the same group hear and see it.</summary>
    string Group { get; }
    MediaRoom Room { get; }

    /// <summary>The way to the client; null: its session lives on another worker, which alone asks it for packets and tells it what arrived.</summary>
    SessionTransport? Transport { get; }

    /// <summary>The client's wall clock in ours.</summary>
    SenderClock Clock { get; }

    /// <summary>Something is to be asked for, now or again later.</summary>
    void WantRepairs();

    /// <summary>A key frame is needed; only where there is no <see cref="Transport"/>.</summary>
    void WantKeyFrame(PublicationStream stream);

    /// <summary>Somebody wants an encoding that is off.</summary>
    void WantLayer(PublicationStream stream);
}
