using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>T1 to T4 of docs/meetings.md.</summary>
public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("Ann", "Ann")]
    [InlineData("  Ann  ", "Ann")]
    [InlineData("<b>Ann</b> & \"co\"", "<b>Ann</b> & \"co\"")]
    [InlineData("Ζωή Αλεξίου", "Ζωή Αλεξίου")]
    [InlineData("عمر", "עמר", false)]
    [InlineData("عمر", "عمر")]
    [InlineData("李明", "李明")]
    [InlineData("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦")]
    [InlineData("e\u0301", "e\u0301")]
    public void T1_names_of_people_are_valid(string text, string name, bool isSame = true)
    {
        Assert.True(VisibleText.TryName(text, out var result));
        if (isSame) Assert.Equal(name, result);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \u00A0\u2003 ")]
    [InlineData("\u200B\u200D\uFEFF")]
    [InlineData("\u3164")]
    [InlineData("\u2800\u2800")]
    [InlineData("\u0301\u0302")]
    public void T2_a_name_shows_something(string? text) => Assert.False(VisibleText.TryName(text, out _));

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("\u202Egnp.exe")]
    [InlineData("a\u202Ab")]
    [InlineData("a\u2066b\u2069")]
    [InlineData("a\uFFF9b")]
    public void T3_a_name_has_no_control_characters_and_turns_no_text_around(string text) => Assert.False(VisibleText.TryName(text, out _));

    [Fact]
    public void T3_a_name_has_no_half_surrogates()
    {
        Assert.False(VisibleText.TryName("a\ud800b", out _));
        Assert.False(VisibleText.TryName("\udc00", out _));
    }

    [Fact]
    public void T4_a_name_has_at_most_64_characters_as_a_reader_counts_them()
    {
        Assert.True(VisibleText.TryName(new string('x', 64), out _));
        Assert.False(VisibleText.TryName(new string('x', 65), out _));
        Assert.True(VisibleText.TryName(string.Concat(Enumerable.Repeat("é", 64)), out _));
        Assert.False(VisibleText.TryName(new string('x', 10_000), out _));
        Assert.False(VisibleText.TryName("x" + new string('\u0301', 300), out _));
        Assert.False(VisibleText.TryName(new string(' ', 1_000_000), out _));
    }

    [Fact]
    public void Join_codes_are_read_as_people_type_them()
    {
        var code = JoinCode.New();
        Assert.Matches("^([bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz](-|$)){4}", code);
        Assert.True(JoinCode.TryParse(code.ToUpperInvariant(), out var upper) && upper == code);
        Assert.True(JoinCode.TryParse(code.Replace('-', ' '), out var spaced) && spaced == code);
        Assert.True(JoinCode.TryParse(code.Replace("-", ""), out var joined) && joined == code);
        Assert.NotEqual(code, JoinCode.New());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("lusab")]
    [InlineData("lusab-babad-gutih-tugae")]
    [InlineData("lusab-babad-gutih-tugad-lusab")]
    [InlineData("../../../../etc/passwd")]
    public void What_cannot_be_a_code_is_none(string? text) => Assert.False(JoinCode.TryParse(text, out _));

    [Fact]
    public void Secrets_match_their_own_hash_only()
    {
        var token = Secrets.NewToken();
        Assert.True(Secrets.Matches(token, Secrets.Hash(token)));
        Assert.False(Secrets.Matches(token + "x", Secrets.Hash(token)));
        Assert.False(Secrets.Matches(null, Secrets.Hash(token)));
        Assert.False(Secrets.Matches(token, null));
        var hash = Secrets.HashPasscode("1234");
        Assert.True(Secrets.MatchesPasscode("1234", hash));
        Assert.False(Secrets.MatchesPasscode("1235", hash));
        Assert.False(Secrets.MatchesPasscode("", hash));
        Assert.NotEqual(hash, Secrets.HashPasscode("1234"));
    }
}
