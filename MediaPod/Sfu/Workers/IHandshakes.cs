using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Where DTLS handshakes run: on threads of their own, never on a worker.</summary>
internal interface IHandshakes
{
    /// <summary>A handshake for one transport. As client it sends its first flight with <see cref="IHandshake.Begin"/>.</summary>
    IHandshake Create(NegotiatedSession media, IHandshakeListener listener);
}

/// <summary>One transport's handshake, from the worker's side.</summary>
internal interface IHandshake : IDisposable
{
    /// <summary>The transport has a path: as client, send the first flight.</summary>
    void Begin();

    /// <summary>Hands over a datagram of the client.</summary>
    DropReason Receive(ReadOnlySpan<byte> datagram);
}

/// <summary>What a handshake tells its worker; called on the handshake's thread, in order.</summary>
internal interface IHandshakeListener
{
    /// <summary>A datagram for the client.</summary>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>Keys, before the last flight is handed over to <see cref="Send"/>.</summary>
    void Completed(SrtpKeys keys);

    /// <summary>It failed, or the other side closed the connection.</summary>
    void Ended();
}
