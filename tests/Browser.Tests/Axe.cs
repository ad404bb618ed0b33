using Conference.Support;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>The rules of WCAG 2.2 AA that a program can check.</summary>
internal static class Axe
{
    private const string Check = """
        async (only) => {
          const rules = only ? { type: 'rule', values: only } : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
          const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
          return violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ' ' + node.target.flat().join(' ') + ' ' + (node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? '')));
        }
        """;

    /// <summary>What is wrong with a page as it is now, light and dark.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page, string view)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window")) await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(Checkout.Folder, "Gateway/Client/node_modules/axe-core/axe.min.js")));
        // Colours that are on their way are neither.
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
        var light = await page.EvaluateAsync<string[]>(Check, null);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        var dark = await page.EvaluateAsync<string[]>(Check, new[] { "color-contrast" });
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        return [.. light.Select(violation => $"{view}: {violation}"), .. dark.Select(violation => $"{view}, dark: {violation}")];
    }
}
