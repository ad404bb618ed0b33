using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>A host's day with a provider that is not ours: signs in, plans a meeting, finds it after a restart, goes in as host, signs out.</summary>
public sealed class SignInTests
{
    private const string Secret = "what-the-provider-knows-of-this-test";
    private static readonly PersonSpec Ann = new(1, "Ann") { HasDevices = false };

    [Fact]
    public async Task A_host_signs_in_and_finds_their_meetings_after_a_restart()
    {
        var port = FreePorts.Tcp();
        await using var house = await MeetingHouse.OpenAsync(new Dictionary<string, string>
        {
            ["CONFERENCE_OIDC_ISSUER"] = OpenIdProvider.IssuerAt(port), ["CONFERENCE_OIDC_CLIENT_ID"] = "conference", ["CONFERENCE_OIDC_CLIENT_SECRET"] = Secret,
            ["CONFERENCE_OIDC_EMAIL_DOMAINS"] = "example.org",
        });
        var home = new Uri($"http://localhost:{house.Standalone.Port}/");
        await using var provider = await OpenIdProvider.StartAsync(port, home, Secret);
        var ann = await house.InviteAsync(Ann);
        var page = ann.Page;
        await page.GotoAsync(home.AbsoluteUri);
        await ShootAsync(page, "sign-in-start");
        await ann.ById("sign-in").ClickAsync();
        await OpenIdProvider.ApproveAsync(page, "ann");
        await page.GetByText("No meetings yet").WaitForAsync();
        Assert.Equal("/my", new Uri(page.Url).PathAndQuery);
        await Assertions.Expect(ann.ById("signed-in")).ToHaveTextAsync("Ann Example");
        await ShootAsync(page, "my-none");

        await PlanAsync(ann, "Quarterly review", "2031-05-06T09:30", recurring: false);
        await PlanAsync(ann, "My own room", "", recurring: true);
        var review = page.Locator("[data-testid=own-meeting][data-group=upcoming]");
        await review.GetByText("Quarterly review").WaitForAsync();
        await page.Locator("[data-testid=own-meeting][data-group=lasting]").GetByText("My own room").WaitForAsync();
        await review.GetByTestId("edit-meeting").ClickAsync();
        await ann.ById("title-input").FillAsync("Quarterly review, Berlin");
        await ShootAsync(page, "my-edit");
        await LookAsync(ann, "editor");
        await ann.ById("save-meeting").ClickAsync();
        await review.GetByText("Quarterly review, Berlin").WaitForAsync();
        await LookAsync(ann, "my meetings");
        await ShootAsync(page, "my-meetings");

        await house.Standalone.KillAsync();
        await house.Standalone.StartAsync();
        await page.ReloadAsync();
        await review.GetByText("Quarterly review, Berlin").WaitForAsync();
        await page.SetViewportSizeAsync(390, 844);
        await ShootAsync(page, "my-meetings-phone");
        await page.SetViewportSizeAsync(1280, 720);
        Assert.Equal("", await page.EvaluateAsync<string>("document.cookie"));

        await review.GetByTestId("open-meeting").ClickAsync();
        await ann.ById("name-input").FillAsync("Ann");
        Assert.Equal("", new Uri(page.Url).Fragment);
        await page.GetByText("You join as host.").WaitForAsync();
        await ann.ById("join-button").ClickAsync();
        await ann.ById("meeting").WaitForAsync();
        await ann.ById("more-button").ClickAsync();
        await ann.ById("host-controls-button").WaitForAsync();

        await page.GotoAsync(home.AbsoluteUri + "my");
        await page.Locator("[data-testid=own-meeting][data-group=lasting]").GetByTestId("cancel-meeting").ClickAsync();
        await ShootAsync(page, "my-cancel");
        await ann.ById("cancel-sure").ClickAsync();
        await page.Locator("[data-testid=own-meeting][data-group=past]").GetByText("My own room").WaitForAsync();
        await ann.ById("sign-out").ClickAsync();
        // The provider asks whether its own session should end too.
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, sign me out" }).ClickAsync();
        await ann.ById("sign-in").WaitForAsync();
        Assert.Equal(home, new Uri(page.Url));
        Assert.DoesNotContain("eyJ", house.Standalone.Output, StringComparison.Ordinal);
        await page.GotoAsync(home.AbsoluteUri + "my");
        await ann.ById("door-sign-in").WaitForAsync();
    }

    private static async Task PlanAsync(Person host, string title, string start, bool recurring)
    {
        await host.ById("plan-meeting").ClickAsync();
        await host.ById("title-input").FillAsync(title);
        if (start.Length > 0) await host.ById("start-input").FillAsync(start);
        if (recurring)
        {
            await host.Page.GetByText("Options").ClickAsync();
            await host.ById("recurring-input").CheckAsync();
        }
        await host.ById("save-meeting").ClickAsync();
        await host.ById("save-meeting").WaitForAsync(new() { State = WaitForSelectorState.Detached });
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
