using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>The publisher of an image: its session lives on another worker, to which every wish goes.</summary>
internal sealed class DistantPublisher(PublicationImage image, MediaRoom room, WorkerContext context) : IPublisher
{
    private readonly Crossing _back = context.Crossings.To(image.Worker);

    public int Worker { get; } = image.Worker;
    public string ParticipantId { get; } = image.ParticipantId;
    public string Group { get; set; } = image.Group;
    public MediaRoom Room { get; } = room;
    public SessionTransport? Transport => null;
    public SenderClock Clock { get; set; }

    public void WantRepairs() => context.RepairsWanted = true;

    public void WantKeyFrame(PublicationStream stream) => Send(stream, CrossingKind.KeyFrameWanted);

    public void WantLayer(PublicationStream stream) => Send(stream, CrossingKind.LayerWanted);

    private void Send(PublicationStream stream, CrossingKind kind) =>
        context.Crossings.Send(_back, new CrossingEntry { Publication = stream.Publication.Id, Stream = (byte)stream.Index, Kind = kind }, context.Tally);
}
