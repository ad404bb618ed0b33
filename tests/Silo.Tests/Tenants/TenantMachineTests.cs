using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Meetings;
using Conference.Silo.Tenants;

namespace Conference.Silo.Tests.Tenants;

public sealed class TenantMachineTests
{
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private TenantState _state = new();
    private DateTimeOffset _now = new(2030, 1, 31, 23, 0, 0, TimeSpan.Zero);
    private long _number;

    [Fact]
    public void A_tenant_is_made_once_and_has_to_be_made_first()
    {
        Assert.Equal(TenantRefusal.UnknownTenant, Do(new SetQuotas(new())));
        Assert.Equal(TenantRefusal.InvalidName, Do(new CreateTenant(" ")));
        Assert.Null(Do(new CreateTenant(" Acme ")));
        Assert.Equal(TenantRefusal.TenantExists, Do(new CreateTenant("Acme")));
        Assert.Equal("Acme", _state.Name);
    }

    [Fact]
    public void A_rotated_key_ends_at_once_or_after_an_overlap()
    {
        Do(new CreateTenant("Acme"));
        Do(new CreateTenantKey("k1", "Server", "h1"));
        Assert.Equal(TenantRefusal.OutOfRange, Do(new RotateTenantKey("k1", "k2", "h2", TimeSpan.FromDays(8))));
        Assert.Null(Do(new RotateTenantKey("k1", "k2", "h2", TimeSpan.FromHours(1))));
        Assert.Equal(["k1", "k2"], Keys());
        _now += TimeSpan.FromHours(1);
        Assert.Equal(["k2"], Keys());
        Assert.Equal(TenantRefusal.UnknownKey, Do(new RotateTenantKey("k1", "k3", "h3", TimeSpan.Zero)));
        Assert.Null(Do(new RotateTenantKey("k2", "k4", "h4", TimeSpan.Zero)));
        Assert.Equal(["k4"], Keys());
        Assert.Equal("Server", _state.ToInfo(Acme, _now).Keys[0].Name);
    }

    [Fact]
    public void A_tenant_has_twenty_keys_at_most_and_ended_ones_do_not_count()
    {
        Do(new CreateTenant("Acme"));
        for (var i = 0; i < 19; i++) Assert.Null(Do(new CreateTenantKey($"k{i}", "Key", "h")));
        Assert.Null(Do(new RotateTenantKey("k0", "k19", "h", TimeSpan.FromMinutes(1))));
        Assert.Equal(TenantRefusal.TooManyKeys, Do(new CreateTenantKey("k20", "Key", "h")));
        _now += TimeSpan.FromMinutes(1);
        Assert.Null(Do(new CreateTenantKey("k20", "Key", "h")));
    }

    [Fact]
    public void Places_are_given_up_to_the_quota_over_all_meetings()
    {
        Quota(new TenantQuotas(Participants: 5));
        Assert.Equal((3, null), Hold("m1", 0, 3));
        Assert.Equal((2, QuotaRefusal.Participants), Hold("m2", 0, 4));
        Assert.Equal((0, QuotaRefusal.Participants), Hold("m3", 0, 1));
        Assert.Equal((2, null), Hold("m1", 2, 2));
        Assert.Equal((1, null), Hold("m3", 0, 1));
        Assert.Equal((5, 3), (_state.Places, _state.Held.Count));
    }

    [Fact]
    public void What_is_taken_counts_whatever_the_quota_is()
    {
        Assert.Equal((9, null), Hold("m1", 9, 9));
        Quota(new TenantQuotas(Participants: 5));
        Assert.Equal((9, QuotaRefusal.Participants), Hold("m1", 9, 10));
        Assert.Equal((0, QuotaRefusal.Participants), Hold("m2", 0, 1));
        Assert.Equal((1, null), Hold("m1", 1, 1));
        Assert.Equal((4, null), Hold("m2", 0, 4));
    }

    [Fact]
    public void Meetings_with_people_in_them_are_counted()
    {
        Quota(new TenantQuotas(Meetings: 2));
        Hold("m1", 0, 1);
        Hold("m2", 0, 1);
        Assert.Equal((0, QuotaRefusal.Meetings), Hold("m3", 0, 1));
        Assert.Equal((50, null), Hold("m2", 1, 50));
        Hold("m1", 0, 0);
        Assert.Equal((1, null), Hold("m3", 0, 1));
    }

    [Fact]
    public void Minutes_are_those_of_everybody_in_one_calendar_month()
    {
        Quota(new TenantQuotas(MinutesPerMonth: 60));
        Hold("m1", 0, 2);
        Pass(TimeSpan.FromMinutes(29));
        Assert.Equal((3, null), Hold("m1", 2, 3));
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((3, QuotaRefusal.Minutes), Hold("m1", 3, 4));
        Assert.Equal((0, QuotaRefusal.Minutes), Hold("m2", 0, 1));
        Assert.Equal(("2030-01", 61L), (Usage().Month, Usage().Minutes));
        Pass(TimeSpan.FromMinutes(31)); // 23:30 to 00:01
        Assert.Equal(("2030-02", 3L), (Usage().Month, Usage().Minutes));
        Assert.Equal((4, null), Hold("m1", 3, 4));
    }

    [Fact]
    public void An_outage_is_not_charged()
    {
        Hold("m1", 0, 10);
        _now += TimeSpan.FromHours(10);
        Assert.Equal(15, Usage().Minutes);
        Hold("m1", 10, 10);
        Assert.Equal(15, Usage().Minutes);
    }

    [Fact]
    public void Numbers_have_ranges()
    {
        Do(new CreateTenant("Acme"));
        Assert.Equal(TenantRefusal.OutOfRange, Do(new SetQuotas(new TenantQuotas(Meetings: 0))));
        Assert.Equal(TenantRefusal.OutOfRange, Do(new SetQuotas(new TenantQuotas(Participants: 1_000_001))));
        Assert.Equal(TenantRefusal.OutOfRange, Do(new SetRetention(-1)));
        Assert.Null(Do(new SetRetention(0)));
    }

    [Fact]
    public void A_state_that_was_kept_goes_on_as_it_was()
    {
        Quota(new TenantQuotas(Participants: 5));
        Do(new CreateTenantKey("k1", "Server", "h1"));
        Do(new AddTokenKey("t1", "Token", TokenAlgorithm.HS256, new string('s', 43)));
        Hold("m1", 0, 3);
        var kept = System.Text.Json.JsonSerializer.Serialize(_state);
        var back = System.Text.Json.JsonSerializer.Deserialize<TenantState>(kept)!;
        Assert.Equal(kept, System.Text.Json.JsonSerializer.Serialize(back));
        Assert.Equal(_state.ToInfo(Acme, _now).Usage, back.ToInfo(Acme, _now).Usage);
        Assert.DoesNotContain("sssss", _state.TokenKeys[0].ToString(), StringComparison.Ordinal);
    }

    private string[] Keys() => [.. _state.ToInfo(Acme, _now).Keys.Select(k => k.Id)];

    private TenantUsage Usage() => _state.ToInfo(Acme, _now).Usage;

    private void Quota(TenantQuotas quotas)
    {
        if (!_state.Exists) Do(new CreateTenant("Acme"));
        Assert.Null(Do(new SetQuotas(quotas)));
    }

    // As meetings do: they say every half a minute that time passes.
    private void Pass(TimeSpan time)
    {
        for (var end = _now + time; _now < end;)
        {
            _now += end - _now < TimeSpan.FromSeconds(30) ? end - _now : TimeSpan.FromSeconds(30);
            Apply(TenantMachine.Hold(_state, Acme, new(MeetingId.Parse("other"), 1, ++_number, 0, 0), _now).Decision);
        }
    }

    private TenantRefusal? Do(TenantCommand command)
    {
        var decision = TenantMachine.Decide(_state, command, _now);
        Apply(decision);
        return decision.Refusal;
    }

    private (int Places, QuotaRefusal? Refusal) Hold(string meeting, int taken, int wanted)
    {
        var (decision, places, refusal) = TenantMachine.Hold(_state, Acme, new(MeetingId.Parse(meeting), 1, ++_number, taken, wanted), _now);
        Apply(decision);
        Assert.Equal(places, _state.Held.GetValueOrDefault(meeting));
        Assert.Equal(_state.Places, _state.Held.Values.Sum());
        return (places, refusal);
    }

    private void Apply(TenantDecision decision)
    {
        foreach (var e in decision.Events) _state = _state.Apply(e, _now);
    }
}
