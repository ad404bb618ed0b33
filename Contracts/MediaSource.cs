using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>Where a track comes from. A participant has at most one track of each source.</summary>
[JsonConverter(typeof(EnumNames<MediaSource>))]
public enum MediaSource
{
    /// <summary>The participant's voice.</summary>
    Microphone,

    /// <summary>The participant's picture.</summary>
    Camera,

    /// <summary>A shared screen, window or tab.</summary>
    Screen,

    /// <summary>The sound of what is shared.</summary>
    ScreenAudio,
}
