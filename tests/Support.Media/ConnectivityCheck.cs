using System.Text;
using Conference.MediaPod.Wire.Sdp;
using Conference.MediaPod.Wire.Stun;

namespace Conference.Support.Media;

/// <summary>
/// The full agent's side of ICE (RFC 8445 section 7.2). Towards an ICE-lite end every check nominates, because the other end only answers; a full one that offered is in control and nominates itself.
/// </summary>
public static class ConnectivityCheck
{
    /// <summary>Bytes of a transaction id.</summary>
    public const int TransactionLength = 12;

    /// <summary>Longest check in bytes.</summary>
    public const int MaxLength = 512;

    private const uint PeerReflexivePriority = 1_845_501_695; // RFC 8445 section 5.1.2.2, with a type preference of 110

    /// <summary>Writes a Binding request.</summary>
    /// <param name="buffer">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="server">The credentials in the answer.</param>
    /// <param name="ownFragment">The user fragment of the offer.</param>
    /// <param name="transaction">12 bytes, new for every check.</param>
    /// <param name="isControlled">The other end offered and is a full agent: it nominates. Otherwise the check does (USE-CANDIDATE).</param>
    /// <returns>Its length.</returns>
    public static int Write(Span<byte> buffer, IceParameters server, string ownFragment, ReadOnlySpan<byte> transaction, bool isControlled = false)
    {
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, transaction);
        writer.AddUsername(Encoding.ASCII.GetBytes($"{server.UsernameFragment}:{ownFragment}"));
        writer.AddPriority(PeerReflexivePriority);
        if (isControlled) writer.AddIceControlled(42);
        else
        {
            writer.AddIceControlling(42);
            writer.AddUseCandidate();
        }
        return writer.TryComplete(Encoding.ASCII.GetBytes(server.Password), out var length) ? length : throw new ArgumentException("the credentials are too long", nameof(server));
    }

    /// <summary>Answers a check of the other end; 0: the datagram is none, or not an authentic one.</summary>
    /// <param name="datagram">A STUN message.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="own">Our credentials, as the other end was told them.</param>
    /// <param name="reply">At least <see cref="MaxLength"/> bytes.</param>
    public static int Answer(ReadOnlySpan<byte> datagram, StunAddress source, IceParameters own, Span<byte> reply)
    {
        if (!StunMessage.TryParse(datagram, out var message) || !message.IsBindingRequest) return 0;
        var key = Encoding.ASCII.GetBytes(own.Password);
        return message.VerifyIntegrity(key) && StunResponse.TryWriteSuccess(message, source, key, reply, out var length) ? length : 0;
    }

    /// <summary>Whether a datagram is the server's success response to a check with a transaction id that begins so, authentic by the server's password.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> datagram, IceParameters server, ReadOnlySpan<byte> transactionPrefix) =>
        StunMessage.TryParse(datagram, out var message) && message is { Class: StunClass.SuccessResponse, Method: StunMethod.Binding }
        && message.TransactionId.StartsWith(transactionPrefix) && message.VerifyIntegrity(Encoding.ASCII.GetBytes(server.Password));
}
