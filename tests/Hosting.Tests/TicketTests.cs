using System.Security.Cryptography;
using System.Text;
using Conference.Contracts;
using Conference.Contracts.Tickets;
using Conference.Hosting.Tickets;
using Conference.Support;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Hosting.Tests;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class TicketTests : IDisposable
{
    private static readonly PodId Pod = PodId.Parse("pod-1");
    private readonly ManualTime _time = new();
    private readonly TicketSigner _signer;
    private readonly TicketVerifier _verifier;
    private readonly SignalTicketClaims _signal = new(MeetingId.Parse("m1"), ParticipantId.Parse("p1"), "t1");
    private readonly MediaTicketClaims _media = new(MeetingId.Parse("m1"), ParticipantId.Parse("p1"), Pod, [MediaSource.Microphone, MediaSource.Screen]);

    public TicketTests()
    {
        _signer = TicketSigner.CreateEphemeral(_time);
        _verifier = VerifierOf(_signer);
    }

    public void Dispose() => _signer.Dispose();

    [Fact]
    public async Task A_signal_ticket_says_what_was_signed()
    {
        var check = await _verifier.CheckSignalAsync(_signer.Sign(_signal));
        Assert.True(check.IsValid);
        Assert.Equal(_signal, check.Claims);
    }

    [Fact]
    public async Task A_media_ticket_says_what_was_signed()
    {
        var check = await _verifier.CheckMediaAsync(_signer.Sign(_media), Pod);
        Assert.Null(check.Refusal);
        Assert.Equal(_media.ParticipantId, check.Claims!.ParticipantId);
        Assert.Equal(_media.MeetingId, check.Claims.MeetingId);
        Assert.Equal(_media.MayPublish.AsEnumerable(), check.Claims.MayPublish);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]
    public async Task A_media_ticket_may_carry_a_key_hash(string? hash)
    {
        var check = await _verifier.CheckMediaAsync(_signer.Sign(_media with { KeyHash = hash }), Pod);
        Assert.Equal(hash, check.Claims!.KeyHash);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_media_ticket_says_whether_frames_are_encrypted_from_end_to_end(bool encrypted)
    {
        var check = await _verifier.CheckMediaAsync(_signer.Sign(_media with { Encrypted = encrypted }), Pod);
        Assert.Equal(encrypted, check.Claims!.Encrypted);
    }

    [Fact]
    public async Task A_ticket_of_another_kind_or_pod_is_refused()
    {
        Assert.Equal(TicketRefusal.WrongAudience, (await _verifier.CheckMediaAsync(_signer.Sign(_media), PodId.Parse("pod-2"))).Refusal);
        Assert.Equal(TicketRefusal.WrongAudience, (await _verifier.CheckMediaAsync(_signer.Sign(_signal), Pod)).Refusal);
        Assert.Equal(TicketRefusal.WrongAudience, (await _verifier.CheckSignalAsync(_signer.Sign(_media))).Refusal);
    }

    [Fact]
    public async Task A_ticket_lives_its_time_and_the_leeway()
    {
        var ticket = _signer.Sign(_signal);
        _time.Advance(TicketSigner.SignalLifetime + TimeSpan.FromSeconds(4));
        Assert.Null((await _verifier.CheckSignalAsync(ticket)).Refusal);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TicketRefusal.Expired, (await _verifier.CheckSignalAsync(ticket)).Refusal);
    }

    [Fact]
    public async Task A_ticket_from_the_future_is_refused()
    {
        var ahead = new ManualTime(_time.GetUtcNow() + TimeSpan.FromMinutes(1));
        var key = Path.GetTempFileName();
        File.Delete(key);
        using var signer = TicketSigner.Open(key, ahead);
        Assert.Equal(TicketRefusal.Expired, (await VerifierOf(signer).CheckSignalAsync(signer.Sign(_signal))).Refusal);
        File.Delete(key);
    }

    [Fact]
    public async Task A_ticket_of_another_installation_is_refused()
    {
        using var other = TicketSigner.CreateEphemeral(_time);
        Assert.Equal(TicketRefusal.Forged, (await _verifier.CheckSignalAsync(other.Sign(_signal))).Refusal);
    }

    [Fact]
    public async Task Every_changed_character_is_noticed()
    {
        var ticket = _signer.Sign(_media);
        for (var i = 0; i < ticket.Length - 1; i++) // the last character holds bits that are not part of the signature
        {
            var changed = new StringBuilder(ticket) { [i] = ticket[i] == 'A' ? 'B' : 'A' }.ToString();
            Assert.Equal(TicketRefusal.Forged, (await _verifier.CheckMediaAsync(changed, Pod)).Refusal);
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    public async Task The_algorithm_cannot_be_chosen_by_the_ticket(string algorithm)
    {
        var parts = _signer.Sign(_signal).Split('.');
        var header = Base64UrlEncoder.Decode(parts[0]).Replace("ES256", algorithm);
        var unsigned = $"{Base64UrlEncoder.Encode(header)}.{parts[1]}";
        // The classic confusion: the public key, which everybody has, used as the key of an HMAC.
        var hmac = Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_signer.PublicKeys), Encoding.ASCII.GetBytes(unsigned)));
        foreach (var signature in (string[])["", parts[2], hmac])
            Assert.Equal(TicketRefusal.Forged, (await _verifier.CheckSignalAsync($"{unsigned}.{signature}")).Refusal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.")]
    public async Task Rubbish_is_forged(string? ticket)
    {
        Assert.Equal(TicketRefusal.Forged, (await _verifier.CheckSignalAsync(ticket)).Refusal);
        Assert.Equal(TicketRefusal.Forged, (await _verifier.CheckMediaAsync(ticket, Pod)).Refusal);
    }

    [Fact]
    public async Task Long_input_is_not_looked_at() =>
        Assert.Equal(TicketRefusal.Forged, (await _verifier.CheckSignalAsync(_signer.Sign(_signal) + new string('A', 10_000_000))).Refusal);

    [Fact]
    public async Task Random_bytes_never_throw()
    {
        var random = new Random(7);
        var ticket = _signer.Sign(_media).ToCharArray();
        for (var i = 0; i < 3000; i++)
        {
            var copy = (char[])ticket.Clone();
            for (var n = random.Next(1, 9); n > 0; n--) copy[random.Next(copy.Length - 1)] = (char)random.Next(1, 300);
            var text = new string(copy);
            if (text == new string(ticket)) continue;
            Assert.Equal(TicketRefusal.Forged, (await _verifier.CheckMediaAsync(text, Pod)).Refusal);
        }
    }

    [Fact]
    public async Task Without_keys_everything_is_refused() =>
        Assert.Equal(TicketRefusal.Forged, (await new TicketVerifier(_time).CheckSignalAsync(_signer.Sign(_signal))).Refusal);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"keys\":[]}")]
    [InlineData("[1,2]")]
    [InlineData("{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}")]
    public async Task Unusable_keys_change_nothing(string keys)
    {
        Assert.False(_verifier.TryReplaceKeys(keys));
        Assert.True((await _verifier.CheckSignalAsync(_signer.Sign(_signal))).IsValid);
    }

    [Fact]
    public async Task Keys_rotate_without_refusing_a_live_ticket()
    {
        var file = Path.Combine(Path.GetTempPath(), $"keys-{Guid.NewGuid():N}.pem");
        using var before = TicketSigner.Open(file, _time);
        var ticket = before.Sign(_signal);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem() + "\n" + File.ReadAllText(file));
        using var after = TicketSigner.Open(file, _time);
        var verifier = VerifierOf(after);
        Assert.True((await verifier.CheckSignalAsync(ticket)).IsValid);
        Assert.True((await verifier.CheckSignalAsync(after.Sign(_signal))).IsValid);
        Assert.False((await VerifierOf(before).CheckSignalAsync(after.Sign(_signal))).IsValid);
        // What is derived of the keys is rotated with them, and is another for each purpose.
        var old = Assert.Single(before.DeriveSecrets("one"));
        Assert.Equal((2, 32), (after.DeriveSecrets("one").Count, old.Length));
        Assert.Equal(old, after.DeriveSecrets("one")[1]);
        Assert.NotEqual(old, after.DeriveSecrets("one")[0]);
        Assert.NotEqual(old, Assert.Single(before.DeriveSecrets("another")));
        File.Delete(file);
    }

    [Fact]
    public async Task A_host_pass_is_for_one_meeting_a_moment_and_nothing_else()
    {
        var pass = _signer.Sign(new HostPassClaims(MeetingId.Parse("m1"), "once"));
        var check = await _verifier.CheckHostPassAsync(pass);
        Assert.Equal((MeetingId.Parse("m1"), "once"), (check.Claims!.MeetingId, check.Claims.PassId));
        Assert.True(check.Claims.Until > _time.GetUtcNow() && check.Claims.Until <= _time.GetUtcNow() + TicketSigner.HostPassLifetime + TimeSpan.FromSeconds(5));
        Assert.Equal(TicketRefusal.WrongAudience, (await _verifier.CheckSignalAsync(pass)).Refusal);
        Assert.Equal(TicketRefusal.WrongAudience, (await _verifier.CheckHostPassAsync(_signer.Sign(_signal))).Refusal);
        _time.Advance(TicketSigner.HostPassLifetime + TimeSpan.FromSeconds(6));
        Assert.Equal(TicketRefusal.Expired, (await _verifier.CheckHostPassAsync(pass)).Refusal);
    }

    [Fact]
    public void The_key_file_is_for_its_owner_only_and_keeps_its_key()
    {
        var file = Path.Combine(Path.GetTempPath(), $"keys-{Guid.NewGuid():N}.pem");
        using var first = TicketSigner.Open(file, _time);
        using var second = TicketSigner.Open(file, _time);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(first.PublicKeys, second.PublicKeys);
        Assert.DoesNotContain("\"d\"", first.PublicKeys);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("0600", Assert.Throws<TicketKeyException>(() => TicketSigner.Open(file, _time)).Message);
        File.Delete(file);
    }

    [Fact]
    public void A_file_without_a_usable_key_is_named()
    {
        var file = Path.Combine(Path.GetTempPath(), $"keys-{Guid.NewGuid():N}.pem");
        File.WriteAllText(file, "not a key");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Contains(file, Assert.Throws<TicketKeyException>(() => TicketSigner.Open(file, _time)).Message);
        using (var wrongCurve = ECDsa.Create(ECCurve.NamedCurves.nistP384)) File.WriteAllText(file, wrongCurve.ExportPkcs8PrivateKeyPem());
        Assert.Contains("P-256", Assert.Throws<TicketKeyException>(() => TicketSigner.Open(file, _time)).Message);
        Assert.Throws<TicketKeyException>(() => TicketSigner.Open("/proc/nowhere/key.pem", _time));
        File.Delete(file);
    }

    private TicketVerifier VerifierOf(TicketSigner signer)
    {
        var verifier = new TicketVerifier(_time);
        Assert.True(verifier.TryReplaceKeys(signer.PublicKeys));
        return verifier;
    }
}
