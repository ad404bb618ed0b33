namespace Conference.MediaPod.Wire.Stun;

/// <summary>The answers that an ICE-lite agent gives to Binding requests (RFC 8489 section 6.3, RFC 8445 section 7.3).</summary>
public static class StunResponse
{
    /// <summary>A buffer of this many bytes holds every response written here.</summary>
    public const int MaxLength = 200;

    /// <summary>Writes a success response with the address that the request came from.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">Where the request came from.</param>
    /// <param name="key">The bytes of our ICE password.</param>
    /// <param name="buffer">Where to write.</param>
    /// <param name="length">Length of the response in bytes.</param>
    /// <returns>False if the buffer is too short.</returns>
    public static bool TryWriteSuccess(StunMessage request, StunAddress source, ReadOnlySpan<byte> key, Span<byte> buffer, out int length)
    {
        var writer = new StunWriter(buffer, StunClass.SuccessResponse, request.Method, request.TransactionId);
        writer.AddXorMappedAddress(source);
        return writer.TryComplete(key, out length);
    }

    /// <summary>Writes an error response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="code">What is wrong. 400 and 401 are sent without integrity (RFC 8489 section 9.1.3): give an empty key.</param>
    /// <param name="key">The bytes of our ICE password, or empty.</param>
    /// <param name="buffer">Where to write.</param>
    /// <param name="length">Length of the response in bytes.</param>
    /// <returns>False if the buffer is too short.</returns>
    public static bool TryWriteError(StunMessage request, StunErrorCode code, ReadOnlySpan<byte> key, Span<byte> buffer, out int length)
    {
        var writer = new StunWriter(buffer, StunClass.ErrorResponse, request.Method, request.TransactionId);
        writer.AddErrorCode(code, Reason(code));
        if (code == StunErrorCode.UnknownAttribute)
        {
            Span<ushort> unknown = stackalloc ushort[8];
            writer.AddUnknownAttributes(unknown[..request.FindUnknownRequired(unknown)]);
        }
        return writer.TryComplete(key, out length);
    }

    private static ReadOnlySpan<byte> Reason(StunErrorCode code) => code switch
    {
        StunErrorCode.BadRequest => "Bad Request"u8,
        StunErrorCode.Unauthenticated => "Unauthenticated"u8,
        StunErrorCode.UnknownAttribute => "Unknown Attribute"u8,
        StunErrorCode.RoleConflict => "Role Conflict"u8,
        _ => default,
    };
}
