using System.Security.Cryptography;
using System.Text;

namespace Conference.Silo.Meetings;

/// <summary>Join codes: 64 random bits as four pronounceable words of five letters (the "proquint" notation), as <c>lusab-babad-gutih-tugad</c>.</summary>
public static class JoinCode
{
    private const string Consonants = "bdfghjklmnprstvz";
    private const string Vowels = "aiou";
    private const int Words = 4;
    private const int WordLength = 5;

    /// <summary>A new code.</summary>
    public static string New()
    {
        var text = new StringBuilder(Words * (WordLength + 1));
        for (var i = 0; i < Words; i++)
        {
            if (i > 0) text.Append('-');
            AppendWord(text, RandomNumberGenerator.GetInt32(1 << 16));
        }
        return text.ToString();
    }

    /// <summary>The code that somebody typed: letters in any case, words apart or not. False when it cannot be one.</summary>
    public static bool TryParse(string? text, out string code)
    {
        code = "";
        if (text is not { Length: >= Words * WordLength and <= 64 }) return false;
        var letters = new StringBuilder(Words * WordLength);
        foreach (var c in text)
        {
            if (c is '-' or ' ') continue;
            var letter = char.ToLowerInvariant(c);
            var allowed = letters.Length % WordLength % 2 == 0 ? Consonants : Vowels;
            if (letters.Length == Words * WordLength || !allowed.Contains(letter)) return false;
            letters.Append(letter);
        }
        if (letters.Length != Words * WordLength) return false;
        code = string.Join('-', Enumerable.Range(0, Words).Select(i => letters.ToString(i * WordLength, WordLength)));
        return true;
    }

    private static void AppendWord(StringBuilder text, int bits) => text
        .Append(Consonants[bits >> 12 & 15]).Append(Vowels[bits >> 10 & 3])
        .Append(Consonants[bits >> 6 & 15]).Append(Vowels[bits >> 4 & 3])
        .Append(Consonants[bits & 15]);
}
