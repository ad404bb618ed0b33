using Conference.MediaPod.Host;
using Conference.Support;

namespace Conference.MediaPod.Tests;

/// <summary>Settings that stand in files because nobody knew them when the pod was created.</summary>
public sealed class SettingFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly Dictionary<string, string> _settings = [];

    private string Address => Path.Combine(_folder.Path, "public-address");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_files_nothing_is_waited_for()
    {
        _settings["region"] = "eu";
        var read = await Files().ReadAsync(CancellationToken.None);
        Assert.Equal(("eu", ""), (read("region"), read("public_address")));
        Assert.Null(read("silos"));
    }

    [Fact]
    public async Task A_setting_wins_over_its_file()
    {
        (_settings["region"], _settings["region_file"]) = ("eu", Path.Combine(_folder.Path, "never-there"));
        Assert.Equal("eu", (await Files().ReadAsync(CancellationToken.None))("region"));
    }

    [Fact]
    public async Task The_pod_waits_until_something_stands_in_the_file()
    {
        _settings["public_address_file"] = Address;
        var reading = Files().ReadAsync(CancellationToken.None);
        await PassAsync(reading, TimeSpan.FromSeconds(1));
        Assert.False(reading.IsCompleted);
        await File.WriteAllTextAsync(Address, "\n");
        await PassAsync(reading, TimeSpan.FromSeconds(1));
        Assert.False(reading.IsCompleted);
        await File.WriteAllTextAsync(Address, "203.0.113.5,2001:db8::1\n");
        await Eventually.True(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(reading.IsCompleted);
        }, "the file is read");
        Assert.Equal("203.0.113.5,2001:db8::1", (await reading)("public_address"));
    }

    [Fact]
    public async Task A_name_in_the_file_becomes_its_addresses()
    {
        _settings["public_address_file"] = Address;
        await File.WriteAllTextAsync(Address, "localhost");
        var addresses = (await Files().ReadAsync(CancellationToken.None))("public_address")!.Split(',');
        Assert.Contains("127.0.0.1", addresses);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_told_in_one_line()
    {
        _settings["public_address_file"] = Address;
        await File.WriteAllTextAsync(Address, "no-such-host.invalid");
        var error = await Assert.ThrowsAsync<PodSettingException>(() => Files().ReadAsync(CancellationToken.None));
        Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patience_ends()
    {
        _settings["region_file"] = Path.Combine(_folder.Path, "region");
        var reading = Files().ReadAsync(CancellationToken.None);
        await PassAsync(reading, SettingFiles.Patience + TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<PodSettingException>(() => reading);
        Assert.Contains("region_file", error.Message, StringComparison.Ordinal);
    }

    private SettingFiles Files() => new(name => _settings.GetValueOrDefault(name), _time);

    /// <summary>Lets time pass for whoever waits for it.</summary>
    private async Task PassAsync(Task task, TimeSpan time)
    {
        for (var end = _time.GetUtcNow() + time; _time.GetUtcNow() < end && !task.IsCompleted;)
        {
            await Eventually.True(() => Task.FromResult(_time.PendingTimers > 0 || task.IsCompleted), "the file is looked at");
            if (!task.IsCompleted) _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
