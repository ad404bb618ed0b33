using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Signaling;

/// <summary>One event as JSON, made once for all sockets, and only if one needs it.</summary>
internal sealed class EventForms(PublishedEvent published)
{
    private ReadOnlyMemory<byte> _plain;
    private ReadOnlyMemory<byte> _others;
    private ReadOnlyMemory<byte> _hosts;

    /// <summary>As it happened.</summary>
    public ReadOnlyMemory<byte> Plain => Of(ref _plain, published.Event);

    /// <summary>For those who may see less than the people it is about.</summary>
    public ReadOnlyMemory<byte> ForOthers => published.ForOthers is { } others ? Of(ref _others, others) : Plain;

    /// <summary>For hosts.</summary>
    public ReadOnlyMemory<byte> ForHosts => published.ForHosts is { } hosts ? Of(ref _hosts, hosts) : Plain;

    private static ReadOnlyMemory<byte> Of(ref ReadOnlyMemory<byte> form, MeetingEvent e)
    {
        if (form.IsEmpty) form = JsonSerializer.SerializeToUtf8Bytes<ServerMessage>(new EventMessage(e.Seq, e.At, e.Body, e.Actor), ContractsJson.Default.ServerMessage);
        return form;
    }
}
