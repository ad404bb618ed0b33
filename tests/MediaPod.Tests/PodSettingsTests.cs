using System.Net;
using Conference.Contracts.Pods;
using Conference.Hosting.Logs;
using Conference.MediaPod.Host;

namespace Conference.MediaPod.Tests;

/// <summary>What the program makes of its settings in a cluster, and what it says of wrong ones.</summary>
public sealed class PodSettingsTests
{
    private readonly Dictionary<string, string> _settings = new()
    {
        ["pod_id"] = "media-eu-x7k2p",
        ["silos"] = "http://silo.conference:8090, https://silo-2:8090",
        ["secret"] = "a secret of enough characters",
        ["http_url"] = "http://10.1.2.3:8081",
    };

    [Fact]
    public void A_pod_of_a_cluster_is_what_its_settings_say()
    {
        foreach (var (name, value) in new[]
        {
            ("region", "eu"), ("role", "recorder"), ("public_address", "203.0.113.5,2001:db8::5"), ("capacity_participants", "200"), ("capacity_mbps", "400"),
            ("drain_seconds", "3600"), ("drain_mode", "migrate"), ("workers", "2"), ("media_port", "40100"), ("log_format", "json"), ("listen", "0.0.0.0:8081"),
        }) _settings[name] = value;
        var options = Read();
        Assert.Equal(("media-eu-x7k2p", "eu", PodRole.Recorder), (options.PodId.Value, options.Region, options.Role));
        Assert.Equal(["http://silo.conference:8090/", "https://silo-2:8090/"], options.Silos.Select(s => s.ToString()));
        Assert.Equal([IPAddress.Parse("203.0.113.5"), IPAddress.Parse("2001:db8::5")], options.Media.AdvertisedAddresses.AsEnumerable());
        Assert.Equal((new PodCapacity(200, 400), 2, 40100), (options.Capacity, options.Media.Workers, options.Media.FirstPort));
        Assert.Equal((TimeSpan.FromHours(1), DrainMode.Migrate), (options.DrainFor, options.DrainMode));
        Assert.Equal((LogFormat.Json, "http://10.1.2.3:8081/"), (options.Service.LogFormat, options.HttpUrl!.ToString()));
        Assert.True(options.Service.OwnsProcess);
    }

    [Theory]
    [InlineData("http://2001:db8::7:8081", "http://[2001:db8::7]:8081/")]
    [InlineData("http://[2001:db8::7]:8081", "http://[2001:db8::7]:8081/")]
    [InlineData("https://pod-7.example.org:8443", "https://pod-7.example.org:8443/")]
    public void An_address_that_a_manifest_put_together_gets_its_brackets(string text, string url)
    {
        _settings["http_url"] = text;
        Assert.Equal(url, Read().HttpUrl!.AbsoluteUri);
    }

    [Fact]
    public void Without_more_it_ends_at_once_and_carries_what_it_always_did()
    {
        var options = Read();
        Assert.Equal((TimeSpan.Zero, DrainMode.Wait, new PodCapacity(500, 1000)), (options.DrainFor, options.DrainMode, options.Capacity));
        Assert.Empty(options.Media.AdvertisedAddresses);
    }

    [Fact]
    public void On_one_machine_nobody_has_to_say_where_the_pod_is()
    {
        _settings.Remove("http_url");
        _settings["silos"] = "http://127.0.0.1:8090";
        Assert.Null(Read().HttpUrl);
    }

    [Theory]
    [InlineData("silos", "", "the setting 'silos' is missing")]
    [InlineData("silos", ",", "the setting 'silos' names no silo")]
    [InlineData("silos", "silo:8090", "the setting 'silos' is 'silo:8090', which is not an address as http://10.0.0.7:8081")]
    [InlineData("secret", "short", "the setting 'secret' needs 16 characters or more")]
    [InlineData("http_url", "", "the setting 'http_url' is missing: Gateways on other machines have to reach this pod")]
    [InlineData("http_url", "http://[::]:8081", "the setting 'http_url' is 'http://[::]:8081', which is not an address as http://10.0.0.7:8081")]
    [InlineData("http_url", "http://$(POD_IP):8081", "the setting 'http_url' is 'http://$(POD_IP):8081', which is not an address as http://10.0.0.7:8081")]
    [InlineData("public_address", "media.example.org", "the setting 'public_address' is 'media.example.org', which is not an IP address that clients can send to")]
    [InlineData("public_address", "0.0.0.0", "the setting 'public_address' is '0.0.0.0', which is not an IP address that clients can send to")]
    [InlineData("capacity_participants", "0", "the setting 'capacity_participants' is '0', which is not a number from 1 to 1000000")]
    [InlineData("capacity_mbps", "1e3", "the setting 'capacity_mbps' is '1e3', which is not a number from 1 to 1000000")]
    [InlineData("drain_seconds", "-1", "the setting 'drain_seconds' is '-1', which is not a number from 0 to 604800")]
    [InlineData("drain_mode", "1", "the setting 'drain_mode' is '1', which is not Wait or Migrate")]
    [InlineData("role", "sfu", "the setting 'role' is 'sfu', which is not Media or Recorder")]
    [InlineData("pod_id", "a/b", "the setting 'pod_id' is 'a/b', which is not a name of a pod")]
    [InlineData("listen", "here", "the setting 'listen' is 'here', which is not an address and a port")]
    public void What_is_wrong_is_said_in_one_line(string name, string value, string expected)
    {
        _settings[name] = value;
        Assert.Equal(expected, Assert.Throws<PodSettingException>(Read).Message);
    }

    private MediaPodOptions Read() => new PodSettings(_settings.GetValueOrDefault).Read();
}
