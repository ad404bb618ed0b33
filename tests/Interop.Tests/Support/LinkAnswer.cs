namespace Conference.Interop.Tests.Support;

/// <summary>What a client got for its offer.</summary>
internal sealed record LinkAnswer(int Status, string? Location, string? Etag, string? Type, string Sdp);
