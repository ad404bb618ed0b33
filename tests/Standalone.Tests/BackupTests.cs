using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Support;
using Microsoft.Data.Sqlite;

namespace Conference.Standalone.Tests;

/// <summary>Backups that are made while people write, and what is restored from them.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    private string Data => Path.Combine(_folder.Path, "data");

    private string Backup => Path.Combine(_folder.Path, "backup");

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_backup_that_was_made_under_load_goes_on_with_everything_that_was_acknowledged_before()
    {
        var (before, resume) = (new List<CreateMeetingResponse>(), "");
        await using (var first = Start(Data))
        {
            var url = await first.UrlAsync();
            resume = (await JoinAsync(url, (await CreateAsync(url, before, "Joined")).Code, new JoinRequest("Ann"))).ResumeToken;
            var created = new ConcurrentBag<CreateMeetingResponse>();
            using var stop = new CancellationTokenSource();
            var writing = Enumerable.Range(0, 4).Select(i => WriteAsync(url, i, created, stop.Token)).ToList();
            await Eventually.True(() => Task.FromResult(created.Count > 50), "nothing is written");
            before.AddRange(created);
            await using (var backup = StandaloneProcess.Start("backup", Backup, "--data", Data)) Assert.Equal(0, await backup.ExitCodeAsync());
            var after = created.Count;
            await Eventually.True(() => Task.FromResult(created.Count > after), "writing stands still");
            await stop.CancelAsync();
            await Task.WhenAll(writing);
    
        }
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Backup, "ticket-keys.pem")));
        var restored = Path.Combine(_folder.Path, "restored");
        await using (var restore = StandaloneProcess.Start("restore", Backup, "--data", restored)) Assert.Equal(0, await restore.ExitCodeAsync());
        await using var second = Start(restored);
        var again = await second.UrlAsync();
        foreach (var meeting in before) Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(again, $"/api/join/{meeting.Code}"))).StatusCode);
        // The journal knows who was there.
        await JoinAsync(again, before[0].Code, new JoinRequest(ResumeToken: resume));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Data, "ticket-keys.pem")), await File.ReadAllTextAsync(Path.Combine(restored, "ticket-keys.pem")));
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_nothing_damaged_is_restored()
    {
        await RefusedAsync(BackupRefusal.NoJournal, "backup", Backup, "--data", Data);
        Assert.False(Directory.Exists(Backup));
        await using (var program = Start(Data))
        {
            await program.UrlAsync();
            await using var backup = StandaloneProcess.Start("backup", Backup, "--data", Data);
            Assert.Equal(0, await backup.ExitCodeAsync());
            await RefusedAsync(BackupRefusal.TargetExists, "backup", Backup, "--data", Data);
            await RefusedAsync((BackupRefusal)StartRefusal.DataFolderInUse, "restore", Backup, "--data", Data);
        }
        await RefusedAsync(BackupRefusal.TargetExists, "restore", Backup, "--data", Data);
        var journal = Path.Combine(Backup, "conference.db");
        var elsewhere = Path.Combine(_folder.Path, "elsewhere");
        SetSchema(journal, 1000);
        await RefusedAsync(BackupRefusal.NoJournal, "restore", Backup, "--data", elsewhere);
        SetSchema(journal, 1);
        var bytes = await File.ReadAllBytesAsync(journal);
        await File.WriteAllBytesAsync(journal, [.. bytes.AsSpan(0, bytes.Length / 2), .. new byte[bytes.Length - bytes.Length / 2]]);
        await RefusedAsync(BackupRefusal.NoJournal, "restore", Backup, "--data", elsewhere);
        Assert.False(File.Exists(Path.Combine(elsewhere, "conference.db")));
    }

    // What a newer program writes.
    private static void SetSchema(string journal, int version)
    {
        using var connection = new SqliteConnection($"Data Source={journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE schema_version SET version = {version}";
        command.ExecuteNonQuery();
    }

    private static StandaloneProcess Start(string data) =>
        StandaloneProcess.Start("--data", data, "--port", $"{FreePorts.Tcp()}", "--media-port", $"{FreePorts.Media()}", "--unlimited", "127.0.0.0/8", "--unlimited", "::1");

    private static async Task RefusedAsync(BackupRefusal reason, params string[] arguments)
    {
        await using var program = StandaloneProcess.Start(arguments);
        Assert.Equal((int)reason, await program.ExitCodeAsync());
        Assert.StartsWith("conference: ", Assert.Single(program.Errors));
    }

    private async Task WriteAsync(Uri url, int writer, ConcurrentBag<CreateMeetingResponse> created, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++) created.Add(await CreateAsync(url, null, $"Writer {writer} {i}"));
    }

    private async Task<CreateMeetingResponse> CreateAsync(Uri url, List<CreateMeetingResponse>? list, string title)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(url, "/api/meetings"), new CreateMeetingRequest(title), ContractsJson.Default.CreateMeetingRequest);
        var meeting = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
        list?.Add(meeting);
        return meeting;
    }

    private async Task<JoinResponse> JoinAsync(Uri url, string code, JoinRequest request)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(url, $"/api/join/{code}"), request, ContractsJson.Default.JoinRequest);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.JoinResponse))!;
    }
}
