using System.Diagnostics.CodeAnalysis;
using Conference.Contracts.Tickets;

namespace Conference.Hosting.Tickets;

/// <summary>The outcome of checking a ticket: claims, or the reason why there are none.</summary>
/// <typeparam name="TClaims">What the ticket says.</typeparam>
/// <param name="Claims">The claims; null when refused.</param>
/// <param name="Refusal">Why it is refused; null when it is good.</param>
public readonly record struct TicketCheck<TClaims>(TClaims? Claims, TicketRefusal? Refusal) where TClaims : class
{
    /// <summary>Whether the ticket is good.</summary>
    [MemberNotNullWhen(true, nameof(Claims))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsValid => Claims is not null;
}
