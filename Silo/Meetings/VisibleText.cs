using System.Globalization;
using System.Text;

namespace Conference.Silo.Meetings;

/// <summary>
/// The rules of text that people see (docs/meetings.md, T1 to T4). Markup is plain text: allowed, never interpreted. Unicode normalisation is the client's, because
/// the silo runs without globalization data.
/// </summary>
public static class VisibleText
{
    /// <summary>The longest display name, in characters as a reader counts them.</summary>
    public const int MaxNameCharacters = 64;

    /// <summary>The longest title.</summary>
    public const int MaxTitleCharacters = 200;

    /// <summary>The longest chat message, in UTF-16 units.</summary>
    public const int MaxChatLength = 4000;

    /// <summary>A character as a reader counts it may have this many UTF-16 units on average, so that accents cannot be stacked without end.</summary>
    private const int UnitsPerCharacter = 4;

    /// <summary>Trims a display name and checks it.</summary>
    public static bool TryName(string? text, out string name) => TryLine(text, MaxNameCharacters, out name);

    /// <summary>Trims a meeting's title and checks it.</summary>
    public static bool TryTitle(string? text, out string title) => TryLine(text, MaxTitleCharacters, out title);

    /// <summary>A name as it is compared: without regard to case, and to how much space is in it.</summary>
    public static string Folded(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

    /// <summary>Whether a text may be a chat message: lines and tabs are allowed, other control characters are not.</summary>
    public static bool IsChat(string? text)
    {
        if (text is not { Length: > 0 and <= MaxChatLength }) return false;
        if (IsPlain(text)) return text.AsSpan().ContainsAnyExcept(' ');
        var isVisible = false;
        for (var i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used) != System.Buffers.OperationStatus.Done) return false;
            if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t' or '\r')) return false;
            isVisible |= IsVisible(rune);
            i += used;
        }
        return isVisible;
    }

    private static bool TryLine(string? text, int maxCharacters, out string line)
    {
        line = "";
        // Looked at before trimming: nobody has to trim a megabyte of spaces.
        if (text is null || text.Length > maxCharacters * UnitsPerCharacter * 2) return false;
        var trimmed = text.Trim();
        if (trimmed.Length is 0 || trimmed.Length > maxCharacters * UnitsPerCharacter) return false;
        if (trimmed.Length <= maxCharacters && IsPlain(trimmed))
        {
            line = trimmed;
            return true;
        }
        var isVisible = false;
        for (var i = 0; i < trimmed.Length;)
        {
            if (Rune.DecodeFromUtf16(trimmed.AsSpan(i), out var rune, out var used) != System.Buffers.OperationStatus.Done) return false;
            if (IsForbidden(rune)) return false;
            isVisible |= IsVisible(rune);
            i += used;
        }
        if (!isVisible || new StringInfo(trimmed).LengthInTextElements > maxCharacters) return false;
        line = trimmed;
        return true;
    }

    // What most people type most of the time, found out without looking at each character.
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    // Control characters, line and paragraph separators, bidirectional embeddings, overrides and isolates, interlinear annotations.
    private static bool IsForbidden(Rune rune) =>
        Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or (>= 0xFFF9 and <= 0xFFFB);

    private static bool IsVisible(Rune rune) => !IsBlank(rune) && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);

    // Letters and symbols that are drawn as nothing: the Hangul fillers and the empty Braille cell.
    private static bool IsBlank(Rune rune) => rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800;
}
