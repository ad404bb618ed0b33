using System.Net;
using System.Text;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Sdp;
using Conference.MediaPod.Wire.Stun;

namespace Conference.Sfu.Tests.Transports;

public sealed class IceLiteAgentTests
{
    private static readonly TransportPath Wifi = IceClient.Path("198.51.100.1:5000");
    private static readonly TransportPath Mobile = IceClient.Path("[2001:db8::7]:6000", "[2001:db8::1]:4000");
    private readonly IceParameters _server = IceCredentials.Generate();
    private readonly IceLiteAgent _agent;
    private readonly IceClient _client;

    public IceLiteAgentTests()
    {
        _agent = new IceLiteAgent(_server, "abcd");
        _client = new IceClient(_agent, _server, "abcd");
    }

    [Fact]
    public void The_first_valid_check_connects_and_is_answered_with_the_address_it_came_from()
    {
        var verdict = _client.Check(Wifi, 0);
        Assert.Equal(IceChanges.PathAdded | IceChanges.SelectedChanged | IceChanges.Connected, verdict.Changes);
        Assert.Equal(Wifi, _agent.SelectedPath);
        Assert.False(_agent.IsNominated);
        Assert.True(StunMessage.TryParse(_client.Reply(verdict), out var reply));
        Assert.Equal(StunClass.SuccessResponse, reply.Class);
        Assert.Equal(_client.LastTransaction, reply.TransactionId.ToArray());
        Assert.True(reply.VerifyIntegrity(Encoding.UTF8.GetBytes(_server.Password)));
        Assert.True(reply.VerifyFingerprint());
        Assert.True(reply.TryGetXorMappedAddress(out var address));
        Assert.Equal(IPEndPoint.Parse("198.51.100.1:5000"), address.ToEndPoint());
    }

    [Fact]
    public void An_IPv6_client_is_told_its_IPv6_address()
    {
        var verdict = _client.Check(Mobile, 0);
        Assert.True(StunMessage.TryParse(_client.Reply(verdict), out var reply));
        Assert.True(reply.TryGetXorMappedAddress(out var address));
        Assert.Equal(IPEndPoint.Parse("[2001:db8::7]:6000"), address.ToEndPoint());
    }

    [Fact]
    public void The_nominated_path_is_the_selected_one()
    {
        _client.Check(Wifi, 0);
        Assert.Equal(IceChanges.PathAdded, _client.Check(Mobile, 10).Changes);
        Assert.Equal(IceChanges.SelectedChanged, _client.Check(Mobile, 20, nominate: true).Changes);
        Assert.Equal(Mobile, _agent.SelectedPath);
        Assert.True(_agent.IsNominated);
        Assert.Equal(IceChanges.None, _client.Check(Wifi, 30).Changes);
    }

    [Fact]
    public void A_client_that_moves_to_another_network_is_followed_though_the_new_path_has_the_lower_priority()
    {
        _client.Check(Wifi, 0, nominate: true, priority: 200);
        _client.Check(Wifi, 2500, nominate: true, priority: 200);
        Assert.Equal(IceChanges.PathAdded | IceChanges.SelectedChanged, _client.Check(Mobile, 3000, nominate: true, priority: 100).Changes);
        Assert.Equal(IceChanges.None, _client.Check(Wifi, 3100, priority: 200).Changes);
        Assert.Equal(Mobile, _agent.SelectedPath);
        // And back, much later.
        _client.Check(Wifi, 60_000, nominate: true, priority: 200);
        Assert.Equal(Wifi, _agent.SelectedPath);
    }

    [Fact]
    public void Aggressive_nomination_settles_on_the_highest_priority_and_does_not_flap()
    {
        var switches = 0;
        for (var now = 0; now < 20_000; now += 500)
        {
            foreach (var (path, priority) in new[] { (Wifi, 200u), (Mobile, 100u) })
            {
                if (_client.Check(path, now, nominate: true, priority: priority).Changes.HasFlag(IceChanges.SelectedChanged)) switches++;
            }
        }
        Assert.InRange(switches, 1, 3);
        Assert.Equal(Wifi, _agent.SelectedPath);
        // The better path falls silent: the other takes over once the better one is stale.
        for (var now = 20_000; now < 20_000 + IceLiteAgent.StaleMilliseconds + 500; now += 500) _client.Check(Mobile, now, nominate: true, priority: 100);
        Assert.Equal(Mobile, _agent.SelectedPath);
    }

    [Fact]
    public void Consent_is_lost_after_30_seconds_without_a_check_and_comes_back_with_one()
    {
        _client.Check(Wifi, 0, nominate: true);
        _client.Check(Wifi, 10_000);
        Assert.Equal(IceChanges.None, _agent.Tick(39_999));
        Assert.Equal(IceChanges.PathsRemoved | IceChanges.Lost, _agent.Tick(40_000));
        Assert.Equal([Wifi], _agent.RemovedPaths);
        Assert.Null(_agent.SelectedPath);
        Assert.True(_client.Check(Mobile, 41_000).Changes.HasFlag(IceChanges.Connected));
    }

    [Fact]
    public void When_the_selected_path_is_lost_another_valid_one_serves()
    {
        _client.Check(Wifi, 0, nominate: true);
        _client.Check(Mobile, 20_000);
        Assert.Equal(IceChanges.PathsRemoved | IceChanges.SelectedChanged, _agent.Tick(30_000));
        Assert.Equal(Mobile, _agent.SelectedPath);
    }

    [Fact]
    public void A_refused_check_does_not_renew_consent()
    {
        _client.Check(Wifi, 0, nominate: true);
        Assert.Equal(DropReason.StunIntegrity, _client.Check(Wifi, 29_000, password: "wrong-password-wrong-password").Drop);
        Assert.True(_agent.Tick(30_000).HasFlag(IceChanges.Lost));
    }

    [Fact]
    public void A_restart_keeps_the_old_path_until_the_new_credentials_nominate()
    {
        _client.Check(Wifi, 0, nominate: true);
        var fresh = IceCredentials.Generate();
        var after = new IceClient(_agent, fresh, "efgh");
        _agent.Restart(fresh, "efgh");
        Assert.Equal(fresh.UsernameFragment, _agent.LocalUfrag);
        Assert.Equal(_server.UsernameFragment, _agent.PreviousLocalUfrag);
        Assert.Equal(DropReason.None, _client.Check(Wifi, 1000).Drop);
        Assert.Equal(IceChanges.PathAdded, after.Check(Mobile, 1100).Changes);
        Assert.Equal(Wifi, _agent.SelectedPath);
        var verdict = after.Check(Mobile, 1200, nominate: true);
        Assert.Equal(IceChanges.SelectedChanged | IceChanges.Restarted | IceChanges.PathsRemoved, verdict.Changes);
        Assert.Equal([Wifi], _agent.RemovedPaths);
        Assert.Null(_agent.PreviousLocalUfrag);
        Assert.Equal(DropReason.StunUnknownUser, _client.Check(Wifi, 1300).Drop);
    }

    [Fact]
    public void A_restart_on_the_same_path_keeps_it()
    {
        _client.Check(Wifi, 0, nominate: true);
        var fresh = IceCredentials.Generate();
        _agent.Restart(fresh, "efgh");
        var verdict = new IceClient(_agent, fresh, "efgh").Check(Wifi, 1000, nominate: true);
        Assert.Equal(IceChanges.Restarted, verdict.Changes);
        Assert.Equal(Wifi, _agent.SelectedPath);
    }

    [Fact]
    public void A_second_restart_replaces_the_first_and_what_serves_goes_on()
    {
        _client.Check(Wifi, 0, nominate: true);
        var (first, second) = (IceCredentials.Generate(), IceCredentials.Generate());
        _agent.Restart(first, "efgh");
        _agent.Restart(second, "ijkl");
        Assert.Equal(DropReason.StunUnknownUser, new IceClient(_agent, first, "efgh").Check(Mobile, 100).Drop);
        Assert.Equal(DropReason.None, _client.Check(Wifi, 200).Drop);
        Assert.True(new IceClient(_agent, second, "ijkl").Check(Mobile, 300, nominate: true).Changes.HasFlag(IceChanges.Restarted));
    }

    [Fact]
    public void A_controlled_client_is_told_to_switch_roles()
    {
        var verdict = _client.Check(Wifi, 0, controlled: true);
        AssertError(verdict, StunErrorCode.RoleConflict);
        Assert.Null(_agent.SelectedPath);
    }

    [Fact]
    public void An_attribute_that_must_be_understood_and_is_not_is_named()
    {
        AssertError(_client.Check(Wifi, 0, unknown: 0x0031), StunErrorCode.UnknownAttribute);
        Assert.Equal(DropReason.None, _client.Check(Wifi, 0, unknown: 0xC0FF).Drop);
        Assert.NotNull(_agent.SelectedPath);
    }

    [Fact]
    public void Hostile_checks_have_a_named_reason_and_no_reply()
    {
        var good = _client.Write();
        AssertDropped(DropReason.StunUnknownUser, _client.Check(Wifi, 0, username: $"{_server.UsernameFragment}:else"));
        AssertDropped(DropReason.StunUnknownUser, _client.Check(Wifi, 0, username: "stranger:abcd"));
        AssertDropped(DropReason.StunMalformed, _client.Check(Wifi, 0, username: "nocolon"));
        AssertDropped(DropReason.StunMalformed, _client.Check(Wifi, 0, username: ":abcd"));
        AssertDropped(DropReason.StunMalformed, _client.Check(Wifi, 0, username: $"{_server.UsernameFragment}:"));
        AssertDropped(DropReason.StunIntegrity, _client.Check(Wifi, 0, password: "wrong"));
        AssertDropped(DropReason.StunMalformed, _client.Deliver(good[..30], Wifi, 0));
        AssertDropped(DropReason.StunMalformed, _client.Deliver([0, 1], Wifi, 0));
        var fingerprint = good.ToArray();
        fingerprint[^1] ^= 1;
        AssertDropped(DropReason.StunFingerprint, _client.Deliver(fingerprint, Wifi, 0));
        var response = good.ToArray();
        response[0] = 1;
        AssertDropped(DropReason.StunUnexpected, _client.Deliver(response, Wifi, 0));
        Assert.Null(_agent.SelectedPath);
    }

    [Fact]
    public void A_request_without_integrity_is_dropped()
    {
        var buffer = new byte[200];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, new byte[12]);
        writer.AddUsername(Encoding.UTF8.GetBytes($"{_server.UsernameFragment}:abcd"));
        Assert.True(writer.TryComplete(default, out var length));
        AssertDropped(DropReason.StunIntegrity, _client.Deliver(buffer[..length], Wifi, 0));
    }

    [Fact]
    public void Paths_are_bounded_and_only_stale_ones_make_room()
    {
        for (var i = 0; i < IceLiteAgent.MaxPaths; i++) Assert.Equal(DropReason.None, _client.Check(IceClient.Path($"198.51.100.1:{1000 + i}"), i).Drop);
        var next = IceClient.Path("198.51.100.1:9000");
        AssertDropped(DropReason.StunTooManyPaths, _client.Check(next, 100));
        var verdict = _client.Check(next, IceLiteAgent.StaleMilliseconds + 100);
        Assert.Equal(IceChanges.PathAdded | IceChanges.PathsRemoved, verdict.Changes);
        Assert.Equal([IceClient.Path("198.51.100.1:1001")], _agent.RemovedPaths); // 1000 is the selected one
        Assert.Equal(IceLiteAgent.MaxPaths, _agent.Paths.Count());
    }

    [Fact]
    public void Random_changes_to_a_check_never_pass_and_never_throw()
    {
        var random = new Random(42);
        var good = _client.Write(nominate: true);
        for (var i = 0; i < 20_000; i++)
        {
            var bad = good.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
            if (bad.AsSpan().SequenceEqual(good)) continue;
            Assert.NotEqual(DropReason.None, _client.Deliver(bad[..random.Next(bad.Length + 1)], Wifi, 0).Drop);
        }
        Assert.Null(_agent.SelectedPath);
    }

    [Fact]
    public void A_check_on_a_known_path_allocates_nothing()
    {
        var datagram = _client.Write(nominate: true);
        for (var i = 0; i < 200; i++) _client.Deliver(datagram, Wifi, i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _client.Deliver(datagram, Wifi, 1000 + i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_user_fragment_finds_the_transport_without_allocating()
    {
        var byUfrag = new Dictionary<string, IceLiteAgent> { [_server.UsernameFragment] = _agent };
        Assert.Equal(DropReason.None, IceRequest.TryParse(_client.Write(), out var request));
        Assert.True(byUfrag.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(request.ReadLocalUfrag(stackalloc char[IceRequest.MaxUfragLength]), out var found));
        Assert.Same(_agent, found);
    }

    private void AssertError(IceVerdict verdict, StunErrorCode expected)
    {
        Assert.True(StunMessage.TryParse(_client.Reply(verdict), out var reply));
        Assert.True(reply.TryGetErrorCode(out var code));
        Assert.Equal(expected, code);
        Assert.True(reply.VerifyIntegrity(Encoding.UTF8.GetBytes(_server.Password)));
    }

    private static void AssertDropped(DropReason expected, IceVerdict verdict) => Assert.Equal(new IceVerdict(expected), verdict);
}
