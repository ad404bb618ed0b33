using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Signaling;

/// <summary>One event as JSON, made once for all sockets, and only if one needs it.</summary>
internal sealed class EventForms(PublishedEvent published)
{
    private ReadOnlyMemory<byte> _plain;
    private ReadOnlyMemory<byte> _newcomer;

    /// <summary>As it happened.</summary>
    public ReadOnlyMemory<byte> Plain
    {
        get
        {
            if (_plain.IsEmpty) _plain = Write(new EventMessage(published.Event.Seq, published.Event.At, published.Event.Body, published.Event.Actor));
            return _plain;
        }
    }

    /// <summary>For those who could not see the lobby: somebody joins.</summary>
    public ReadOnlyMemory<byte> Newcomer
    {
        get
        {
            if (_newcomer.IsEmpty) _newcomer = Write(new EventMessage(published.Event.Seq, published.Event.At, published.Newcomer!, published.Event.Actor));
            return _newcomer;
        }
    }

    private static byte[] Write(EventMessage message) => JsonSerializer.SerializeToUtf8Bytes<ServerMessage>(message, ContractsJson.Default.ServerMessage);
}
