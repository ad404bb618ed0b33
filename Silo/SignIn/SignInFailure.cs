using Conference.Contracts.Api;

namespace Conference.Silo.SignIn;

/// <summary>Carries the name of a refusal through the authentication handlers, which know exceptions only.</summary>
internal sealed class SignInFailure(SignInRefusal reason) : Exception(reason.ToString())
{
    public SignInRefusal Reason { get; } = reason;
}
