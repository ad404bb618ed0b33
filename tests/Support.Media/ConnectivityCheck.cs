using System.Text;
using Conference.MediaPod.Wire.Sdp;
using Conference.MediaPod.Wire.Stun;

namespace Conference.Support.Media;

/// <summary>The full agent's side of ICE towards an ICE-lite end (RFC 8445 section 7.2): every check nominates, because the other end only answers.</summary>
public static class ConnectivityCheck
{
    /// <summary>Bytes of a transaction id.</summary>
    public const int TransactionLength = 12;

    /// <summary>Longest check in bytes.</summary>
    public const int MaxLength = 512;

    /// <summary>Writes a Binding request with USE-CANDIDATE.</summary>
    /// <param name="buffer">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="server">The credentials in the answer.</param>
    /// <param name="ownFragment">The user fragment of the offer.</param>
    /// <param name="transaction">12 bytes, new for every check.</param>
    /// <returns>Its length.</returns>
    public static int Write(Span<byte> buffer, IceParameters server, string ownFragment, ReadOnlySpan<byte> transaction)
    {
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, transaction);
        writer.AddUsername(Encoding.ASCII.GetBytes($"{server.UsernameFragment}:{ownFragment}"));
        writer.AddPriority(1);
        writer.AddIceControlling(42);
        writer.AddUseCandidate();
        return writer.TryComplete(Encoding.ASCII.GetBytes(server.Password), out var length) ? length : throw new ArgumentException("the credentials are too long", nameof(server));
    }

    /// <summary>Whether a datagram is the server's success response to a check with a transaction id that begins so, authentic by the server's password.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> datagram, IceParameters server, ReadOnlySpan<byte> transactionPrefix) =>
        StunMessage.TryParse(datagram, out var message) && message is { Class: StunClass.SuccessResponse, Method: StunMethod.Binding }
        && message.TransactionId.StartsWith(transactionPrefix) && message.VerifyIntegrity(Encoding.ASCII.GetBytes(server.Password));
}
