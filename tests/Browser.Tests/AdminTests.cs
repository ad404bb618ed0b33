using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>The page of the operator: signs in, sees a live meeting, makes a tenant, bounds it, removes somebody, ends the meeting.</summary>
public sealed class AdminTests
{
    private const string Token = "an-admin-token-for-this-test";
    private static readonly PersonSpec Ann = new(1, "Ann"), Operator = new(2, "Operator") { HasDevices = false };

    [Fact]
    public async Task The_operator_sees_what_runs_and_has_the_last_word()
    {
        await using var house = await MeetingHouse.OpenAsync(new Dictionary<string, string> { ["CONFERENCE_ADMIN_TOKEN"] = Token });
        var meeting = await house.CreateMeetingAsync("Quarterly review");
        var ann = await house.InviteAsync(Ann);
        await ann.JoinAsync(house.LinkOf(meeting));
        var desk = await house.InviteAsync(Operator);
        await desk.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/admin");
        await desk.ById("admin-token").FillAsync("not-the-admin-token");
        await desk.ById("admin-sign-in").ClickAsync();
        await desk.ById("admin-problem").WaitForAsync();
        await ShootAsync(desk.Page, "admin-door");
        await desk.ById("admin-token").FillAsync(Token);
        await desk.ById("admin-sign-in").ClickAsync();
        await desk.ById("meeting-row").GetByText("Quarterly review").WaitForAsync();
        Assert.Equal("1", await desk.ById("figure-participants").InnerTextAsync());
        await ShootAsync(desk.Page, "admin-meetings");
        await LookAsync(desk, "admin, meetings");

        await desk.ById("tab-tenants").ClickAsync();
        await desk.ById("new-tenant").ClickAsync();
        await desk.ById("tenant-id").FillAsync("acme");
        await desk.ById("tenant-name").FillAsync("Acme Inc.");
        await desk.ById("create-tenant").ClickAsync();
        Assert.StartsWith("acme.", await desk.ById("tenant-key").InnerTextAsync(), StringComparison.Ordinal);
        await desk.ById("dialog-close").ClickAsync();
        var acme = desk.Page.Locator("[data-testid=tenant-row][data-tenant=acme]");
        await acme.GetByTestId("show-quotas").ClickAsync();
        await desk.ById("quota-participants").FillAsync("200");
        await desk.ById("quota-bitrate").SelectOptionAsync("Standard");
        await ShootAsync(desk.Page, "admin-quotas");
        await LookAsync(desk, "admin, quotas");
        await desk.ById("tokens-only").CheckAsync();
        await desk.ById("save-quotas").ClickAsync();
        await acme.GetByText("/ 200").WaitForAsync();
        await ShootAsync(desk.Page, "admin-tenants");
        await acme.GetByText("Join tokens only").WaitForAsync();
        await acme.GetByTestId("show-quotas").ClickAsync();
        await desk.ById("delete-tenant").ClickAsync();
        await desk.ById("delete-typed").FillAsync("acm");
        Assert.True(await desk.ById("delete-sure").IsDisabledAsync());
        await desk.ById("delete-typed").FillAsync("acme");
        await ShootAsync(desk.Page, "admin-delete");
        await desk.ById("delete-sure").ClickAsync();
        await acme.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await desk.ById("tab-pods").ClickAsync();
        await desk.ById("pod-row").WaitForAsync();
        await ShootAsync(desk.Page, "admin-pods");

        await desk.ById("tab-meetings").ClickAsync();
        await desk.ById("show-meeting").ClickAsync();
        // What the pod measures of a real browser's media.
        await desk.ById("admin-media").GetByText("Connection").WaitForAsync();
        await desk.ById("admin-media").GetByText("jitter").First.WaitForAsync();
        await desk.ById("admin-media").GetByText(" × ").WaitForAsync();
        await desk.ById("admin-media").GetByText("VP8").WaitForAsync();
        await ShootAsync(desk.Page, "admin-quality");
        await LookAsync(desk, "admin, a meeting");
        await desk.ById("admin-remove").ClickAsync();
        await ShootAsync(desk.Page, "admin-meeting");
        await desk.ById("admin-sure").ClickAsync();
        await ann.ById("over").WaitForAsync();
        Assert.Equal("Removed", await ann.AttributeAsync("over", "data-reason"));
        await desk.ById("admin-end").ClickAsync();
        await desk.ById("admin-sure").ClickAsync();
        await desk.Page.GetByText("Nobody is in a meeting.").WaitForAsync();
    }

    private static async Task LookAsync(Person person, string view)
    {
        var violations = await Axe.ViolationsAsync(person.Page, view);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    // For people to judge, where a folder is named.
    private static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }
}
