using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Tickets;
using Conference.Hosting.Logs;
using Conference.Hosting.Tickets;
using Conference.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conference.Hosting.Tests;

public sealed class SecretRedactorTests
{
    private static readonly string Ticket = MakeTicket();

    public static TheoryData<string, string> Secrets() => new()
    {
        { $"socket opened with {Ticket}", Ticket },
        { $"{{\"signalTicket\":\"{Ticket}\",\"x\":1}}", Ticket },
        { "Authorization: Bearer abc.def-123", "abc.def-123" },
        { "authorization=Basic dXNlcjpwYXNz", "dXNlcjpwYXNz" },
        { "sent bearer s3cr3tkey to the pod", "s3cr3tkey" },
        { "hostKey=q7-host-key", "q7-host-key" },
        { "{\"hostKey\": \"with spaces and 'quotes'\", \"title\": \"t\"}", "with spaces and 'quotes'" },
        { "{\\\"passcode\\\":\\\"1234\\\"}", "1234" },
        { "passcode: 987654, name: Ann", "987654" },
        { "resumeToken=r-e-s-u-m-e&x=1", "r-e-s-u-m-e" },
        { "stream_key = live_4711", "live_4711" },
        { "https://meet.example/j/lusab-babad#k=hostsecret and more", "hostsecret" },
        { "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----", "MIGHAgEAMBMGByqGSM49" },
        { "Link: <turn:t>; username=\"1:p\"; credential=\"aGk+/=\"", "aGk+/=" },
        { "{\"credential\":\"aGVsbG8=\"}", "aGVsbG8=" },
        { "Set-Cookie: session=abcdef", "abcdef" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_is_taken_out(string text, string secret)
    {
        var redacted = SecretRedactor.Redact(text);
        Assert.DoesNotContain(secret, redacted);
        Assert.Contains(SecretRedactor.Mark, redacted);
        Assert.Equal(redacted, SecretRedactor.Redact(redacted));
    }

    [Theory]
    [InlineData("participant p1 joined meeting m1 from 192.0.2.7")]
    [InlineData("pod pod-1 reports plan revision 12, load 0.25")]
    [InlineData("the ticket was refused (Expired)")]
    [InlineData("GET /j/lusab-babad-gutih-tugad 200")]
    public void Other_text_stays(string text) => Assert.Equal(text, SecretRedactor.Redact(text));

    [Fact]
    public void The_rest_of_a_record_stays() =>
        Assert.Equal("{\"hostKey\":[redacted],\"title\":\"Budget\"}", SecretRedactor.Redact("{\"hostKey\":\"abc\",\"title\":\"Budget\"}"));

    [Fact]
    public void Hostile_text_costs_little_and_is_cut()
    {
        foreach (var piece in (string[])["token=", "\"", "eyJ", "Bearer ", "-----BEGIN PRIVATE KEY-----", "passcode\\\"", "a.b", "eyJaaaa."])
            Assert.InRange(SecretRedactor.Redact(string.Concat(Enumerable.Repeat(piece, 100_000))).Length, 1, 10 * SecretRedactor.MaxLength);
    }

    [Theory]
    [InlineData(LogFormat.Text)]
    [InlineData(LogFormat.Json)]
    public async Task No_secret_reaches_the_console(LogFormat format)
    {
        var lines = await LogAsync(format, log =>
        {
            log.LogWarning(7, "refused {Ticket} of {Participant}", Ticket, "p1");
            log.LogWarning(8, "field {HostKey} is hidden whatever it looks like", "plain");
            log.LogError(9, new InvalidOperationException($"outer Bearer aaa.bbb.ccc", new FormatException($"inner {Ticket}")), "failed");
            log.LogInformation(10, "name {Name}", "Ann\n12:00:00.000 fail fake entry");
        });
        Assert.DoesNotContain(Ticket, lines);
        Assert.DoesNotContain("aaa.bbb.ccc", lines);
        Assert.Contains("p1", lines);
        Assert.Contains("inner [redacted]", lines);
        Assert.DoesNotContain(lines.Split('\n'), line => line.StartsWith("12:00:00.000 fail fake", StringComparison.Ordinal));
        if (format == LogFormat.Json)
        {
            var entries = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
            Assert.Equal([7, 8, 9, 10], entries.Select(e => e.GetProperty("eventId").GetInt32()));
            Assert.Equal(SecretRedactor.Mark, entries[1].GetProperty("fields").GetProperty("HostKey").GetString());
        }
    }

    private static async Task<string> LogAsync(LogFormat format, Action<ILogger> write)
    {
        var console = Console.Out;
        using var captured = new StringWriter();
        Console.SetOut(captured);
        try
        {
            var builder = ServiceHost.CreateBuilder(new ServiceOptions { Name = "logs", LogFormat = format, OwnsProcess = false });
            await using var app = builder.Build();
            write(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Conference.Tests"));
        }
        finally
        {
            Console.SetOut(console);
        }
        return captured.ToString();
    }

    private static string MakeTicket()
    {
        using var signer = TicketSigner.CreateEphemeral(new ManualTime());
        return signer.Sign(new SignalTicketClaims(MeetingId.Parse("m1"), ParticipantId.Parse("p1"), "t1"));
    }
}
