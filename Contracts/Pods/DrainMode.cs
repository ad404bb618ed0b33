using System.Text.Json.Serialization;

namespace Conference.Contracts.Pods;

/// <summary>How a pod gets empty. In both modes it gets no new meeting.</summary>
[JsonConverter(typeof(EnumNames<DrainMode>))]
public enum DrainMode
{
    /// <summary>Meetings that are there stay until they are over, and people may still join them there.</summary>
    Wait,

    /// <summary>Meetings that are there go to another pod now.</summary>
    Migrate,
}
