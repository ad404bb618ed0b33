using Conference.Operator.Resources;

namespace Conference.Operator.Pods;

/// <summary>What all media pods of an installation share.</summary>
/// <param name="Silos">The URLs that pods dial, with commas between.</param>
/// <param name="SecretName">The Secret whose key <c>secret</c> holds what the services show each other.</param>
public sealed record PodSurroundings(string Silos, string SecretName);

/// <summary>One media pod that is to be.</summary>
/// <param name="Pool">Its pool, as the API server has it (with uid).</param>
/// <param name="Name">Its name: the pool's and five random letters, <see cref="PodBuilder.NewName"/>.</param>
/// <param name="FirstPort">The first port of its block, <see cref="PortBlocks.Choose"/>.</param>
public sealed record PodRequest(MediaPodPool Pool, string Name, int FirstPort);
