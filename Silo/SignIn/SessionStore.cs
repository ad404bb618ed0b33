using Conference.Contracts.Api;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Conference.Silo.SignIn;

/// <summary>
/// Who is signed in, in the store that all silos share: the browser has a random key, the store its hash and the rest, so that signing out ends a session everywhere and a stolen
/// backup opens none. Once an hour what is over is deleted.
/// </summary>
internal sealed class SessionStore(JournalHolder holder, IKeyValueStore records, TimeProvider time) : JournalWatch(holder, TimeSpan.FromHours(1), time), ITicketStore
{
    private const string Bucket = "sessions";
    private const int Page = 500;
    private readonly TimeProvider _time = time;

    /// <exception cref="SignInFailure">It cannot be stored now.</exception>
    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = Secrets.NewToken();
        if (await records.PutAsync(Bucket, Secrets.Hash(key), TicketSerializer.Default.Serialize(ticket), 0) is StoreResult.Stored) return key;
        throw new SignInFailure(SignInRefusal.Unavailable);
    }

    // Nothing of a session changes: it does not slide, and whoever signs in again gets another one.
    public Task RenewAsync(string key, AuthenticationTicket ticket) => Task.CompletedTask;

    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        var record = await records.GetAsync(Bucket, Secrets.Hash(key));
        return record is not null && TicketSerializer.Default.Deserialize(record.Value.ToArray()) is { } ticket && !IsOver(ticket) ? ticket : null;
    }

    /// <exception cref="SignInFailure">It cannot be deleted now, and is still there.</exception>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    public async Task RemoveAsync(string key)
    {
        var hash = Secrets.Hash(key);
        if (await records.GetAsync(Bucket, hash) is { } record && await records.DeleteAsync(Bucket, hash, record.Version) is StoreResult.Unavailable) throw new SignInFailure(SignInRefusal.Unavailable);
    }

    protected override async Task LookAsync(CancellationToken cancellation)
    {
        for (var after = "";;)
        {
            var page = await records.ListAsync(Bucket, after, Page, cancellation);
            foreach (var record in page)
                if (TicketSerializer.Default.Deserialize(record.Value.ToArray()) is not { } ticket || IsOver(ticket)) await records.DeleteAsync(Bucket, record.Key, record.Version);
            if (page.Count < Page) return;
            after = page[^1].Key;
        }
    }

    private bool IsOver(AuthenticationTicket ticket) => ticket.Properties.ExpiresUtc is not { } end || end <= _time.GetUtcNow();
}
