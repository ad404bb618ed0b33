namespace Conference.Interop.Tests.Support;

/// <summary>What a person pastes into a WHIP or WHEP client.</summary>
internal sealed record StreamLink(Uri Url, string Bearer);
