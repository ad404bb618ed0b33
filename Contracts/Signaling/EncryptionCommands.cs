using System.Collections.Immutable;
using Conference.Contracts.Meetings;

namespace Conference.Contracts.Signaling;

/// <summary>Tells everybody the sender's keys.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Keys">What is told.</param>
public sealed record EncryptionAnnounce(CommandId Id, EncryptionKeys Keys) : ClientCommand(Id);

/// <summary>Hands a secret to some: the present one to who has just come, or (hosts) a fresh one to everybody.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Generation">The present generation, or the next.</param>
/// <param name="Step">The step that the secret is of.</param>
/// <param name="Boxes">At most 50; who has left meanwhile is left out.</param>
/// <param name="Removals">With a fresh secret: <see cref="EncryptionView.Removals"/> when its maker began.</param>
/// <param name="Rotate">The last of a fresh secret's: it is used from now on.</param>
public sealed record EncryptionSeal(CommandId Id, int Generation, int Step, ImmutableArray<SealedSecret> Boxes, int Removals = 0, bool Rotate = false) : ClientCommand(Id);
