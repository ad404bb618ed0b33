using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Benchmarks;

/// <summary><c>bench screenshots FOLDER</c>: the page as people see it, for people to judge: start, join, meetings of 1, 2, 4 and 9, desktop and phone, light and dark.</summary>
internal static class Screenshots
{
    private static readonly (string Name, int Width, int Height)[] Screens = [("desktop", 1280, 800), ("phone", 390, 844)];
    private static readonly string[] Names = ["Ada Lovelace", "Bo", "Chinonso Okafor", "Dr. Émile Durand-Lefèvre", "Eun-ji", "Farid", "Grace Hopper", "Hedy", "Ivo"];

    public static async Task<int> RunAsync(string[] options)
    {
        if (options is not [var folder])
        {
            Console.Error.WriteLine("usage: bench screenshots FOLDER");
            return 2;
        }
        Directory.CreateDirectory(folder);
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync("Weekly planning");
        var viewer = await house.InviteAsync(new PersonSpec(1, Names[0]));
        await viewer.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/");
        await viewer.ById("new-meeting-button").WaitForAsync();
        await TakeAsync(viewer, folder, "start");
        await viewer.Page.GotoAsync(house.LinkOf(meeting));
        await viewer.ById("name-input").FillAsync(viewer.Spec.Name);
        await TakeAsync(viewer, folder, "join");
        await viewer.JoinAsync(house.LinkOf(meeting));

        var others = new List<Person>();
        foreach (var count in new[] { 1, 2, 4, 9 })
        {
            // Two cameras are what the processor of a small machine encodes beside the viewer's; the others come without.
            while (others.Count < count - 1)
            {
                var other = await house.InviteAsync(new PersonSpec((byte)(others.Count + 2), Names[others.Count + 1]) { HasDevices = others.Count < 2 });
                await other.JoinAsync(house.LinkOf(meeting));
                others.Add(other);
            }
            await viewer.SeesAsync([.. others.Take(2)]);
            await TakeAsync(viewer, folder, $"meeting-{count}");
        }
        await others[0].ChatAsync("Shall we start?");
        await viewer.ChatAsync("Yes: notes are at https://example.org/notes");
        await TakeAsync(viewer, folder, "chat");
        Console.WriteLine(Path.GetFullPath(folder));
        return 0;
    }

    private static async Task TakeAsync(Person viewer, string folder, string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await viewer.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            foreach (var (screen, width, height) in Screens)
            {
                await viewer.Page.SetViewportSizeAsync(width, height);
                await viewer.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{screen}-{scheme}.png".ToLowerInvariant()), Animations = ScreenshotAnimations.Disabled });
            }
        }
        await viewer.Page.SetViewportSizeAsync(1280, 720);
    }
}
