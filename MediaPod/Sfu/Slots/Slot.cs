using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Slots;

/// <summary>A receiver's place that publications fill, one after the other. Owned by one worker.</summary>
internal sealed class Slot : IDisposable
{
    public Slot(NegotiatedMedia media, Subscription subscription)
    {
        Media = media;
        Subscription = subscription;
    }

    public NegotiatedMedia Media { get; }
    public Subscription Subscription { get; }
    public TrackSource Kind => Media.Source;
    public bool IsVideo => Media.Kind == MediaKind.Video;

    /// <summary>What fills it, also while it cannot be decoded; null: nobody.</summary>
    public Publication? Content { get; private set; }

    /// <summary>The height wanted in pixels.</summary>
    public int MaxHeight { get; set; }

    /// <summary>0 (first) to 100 (last).</summary>
    public int Priority { get; set; }

    /// <summary>The viewer pinned what is in it.</summary>
    public bool Pinned { get; set; }

    /// <summary>Its content or what is wanted of it is new since layers were last allocated (docs/allocation.md, case H3).</summary>
    public bool IsNew { get; set; }

    /// <summary>Since when more frames than now are waited for, in the worker's microseconds.</summary>
    public long FramesWantedSince { get; set; }

    /// <summary>What was allocated last, and why no more.</summary>
    public SlotAllocation Allocation { get; set; }

    public SlotState State
    {
        get
        {
            if (Content is null) return SlotState.Empty;
            if (Subscription.Source is null) return SlotState.CodecNotSupported;
            if (Subscription.IsPaused) return Content.Arrives ? SlotState.PausedByBandwidth : SlotState.PublisherSilent;
            if (Subscription.IsLive || Subscription.IsBetween) return Content.Arrives ? SlotState.Live : SlotState.PublisherSilent;
            return Content.Arrives && IsVideo ? SlotState.WaitingForKeyFrame : SlotState.PublisherSilent;
        }
    }

    /// <summary>Fills the slot, or fills it again after the publication's codec changed.</summary>
    public void Fill(Publication? content)
    {
        Content = content;
        (IsNew, Allocation) = (true, default);
        var codec = CodecFor(content);
        if (codec is null) Subscription.Detach();
        else Subscription.Attach(content!, codec);
    }

    /// <summary>The slot's codec that decodes what the publication sends; null when none does.</summary>
    public NegotiatedCodec? CodecFor(Publication? content) => content?.Codec is { } sent ? CodecMatch.Find(Media, sent) : null;

    public SlotContent Describe() => new(Media.Mid, Content?.Owner.ParticipantId, Content?.Source, State);

    /// <summary>Whether <see cref="Describe"/> would say this.</summary>
    public bool Is(SlotContent told) =>
        told.State == State && told.Mid == Media.Mid && told.ParticipantId == Content?.Owner.ParticipantId && told.Source == Content?.Source;

    public void Dispose() => Subscription.Dispose();
}
