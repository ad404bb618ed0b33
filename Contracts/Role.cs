using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>What a participant may do in a meeting.</summary>
[JsonConverter(typeof(EnumNames<Role>))]
public enum Role
{
    /// <summary>May speak, show and chat, as the meeting's settings allow.</summary>
    Attendee,

    /// <summary>May do what the host may, except ending other hosts' rights.</summary>
    CoHost,

    /// <summary>Runs the meeting.</summary>
    Host,

    /// <summary>Watches a webinar: sends nothing, is counted and not listed, chats and asks as the settings allow.</summary>
    Viewer,
}
