using System.Collections.Immutable;

namespace Conference.Contracts.Meetings;

/// <summary>A participant of an encrypted meeting tells the others how to read what it sends, and how to seal secrets to it. No service can read or make any of it.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Keys">What is told.</param>
public sealed record EncryptionAnnounced(ParticipantId ParticipantId, EncryptionKeys Keys) : MeetingEventBody;

/// <summary>A secret was handed to some; only they and the sender hear of it.</summary>
/// <param name="From">Who sealed it.</param>
/// <param name="Generation">The generation that the secret is of.</param>
/// <param name="Step">The step within it.</param>
/// <param name="Boxes">The secret, once for each.</param>
public sealed record EncryptionSealed(ParticipantId From, int Generation, int Step, ImmutableArray<SealedSecret> Boxes) : MeetingEventBody;

/// <summary>From here on a fresh secret is used, which a host has handed to everybody who is there.</summary>
/// <param name="Generation">The new generation; its step is 0.</param>
public sealed record EncryptionRotated(int Generation) : MeetingEventBody;

/// <summary>What a participant of an encrypted meeting has announced.</summary>
/// <param name="PublicKey">Its ECDH key on P-256, 65 bytes uncompressed, base64url; the same for as long as it is in the meeting.</param>
/// <param name="Salt">16 random bytes, base64url, new for each life of its page: its media keys come from it.</param>
/// <param name="Proof">HMAC-SHA256 over both under a key of the link, base64url: whoever made it has the link.</param>
/// <param name="NeedsSecret">It has not got the present secret, and asks for it.</param>
/// <param name="Attempt">How often it has asked; says who should answer.</param>
public sealed record EncryptionKeys(string PublicKey, string Salt, string Proof, bool NeedsSecret = false, int Attempt = 0);

/// <summary>A secret for one participant.</summary>
/// <param name="ParticipantId">Who can open it.</param>
/// <param name="Box">12 bytes nonce, 32 bytes secret and 16 bytes tag (AES-GCM under a key that the two agree on), base64url.</param>
public sealed record SealedSecret(ParticipantId ParticipantId, string Box);

/// <summary>Which secret is in use. It goes one step on with everybody who joins, and one generation on when somebody is removed.</summary>
/// <param name="Generation">Grows.</param>
/// <param name="Step">Joins since the generation began.</param>
/// <param name="FromLink">The generation's secret follows from the link; otherwise a host made it and sealed it to those who were there.</param>
/// <param name="Removals">How many were removed so far: a fresh secret counts only if nobody was removed while it was handed out.</param>
/// <param name="RotationDue">Somebody was removed since, and no host has made a fresh secret yet.</param>
public sealed record EncryptionView(int Generation, int Step, bool FromLink, int Removals = 0, bool RotationDue = false);
