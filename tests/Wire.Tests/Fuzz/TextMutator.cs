using System.Text;

namespace Conference.Wire.Tests.Fuzz;

/// <summary>Damages descriptions as text: lines are dropped, repeated, swapped, taken from others, and changed inside.</summary>
internal sealed class TextMutator(int seed, IReadOnlyList<string> seeds)
{
    private static readonly string[] Interesting =
        ["", " ", ":", "=", ";", ",", "/", "*", "~", "0", "-1", "127", "128", "255", "256", "65535", "65536", "4294967295", "4294967296", "18446744073709551616", "a=", "m=", "\r", "\0", "\u00e9", "\ud800"];

    private readonly Random _random = new(seed);
    private readonly string[][] _lines = [.. seeds.Select(text => text.Split('\n'))];

    public string Next()
    {
        var lines = _lines[_random.Next(_lines.Length)].ToList();
        // Short descriptions are damaged more often per line, and a thousand of them cost less.
        if (_random.Next(4) != 0) Shorten(lines);
        for (var count = 1 + _random.Next(5); count > 0; count--) Damage(lines);
        return string.Join('\n', lines);
    }

    private void Shorten(List<string> lines)
    {
        var keep = 3 + _random.Next(40);
        while (lines.Count > keep) lines.RemoveRange(lines.Count / 3 + _random.Next(lines.Count / 3), Math.Min(lines.Count - keep, 1 + lines.Count / 4));
    }

    private void Damage(List<string> lines)
    {
        var at = _random.Next(lines.Count);
        switch (_random.Next(8))
        {
            case 0 when lines.Count > 1:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, lines[_random.Next(lines.Count)]);
                break;
            case 2:
                var other = _lines[_random.Next(_lines.Length)];
                lines.Insert(_random.Next(lines.Count + 1), other[_random.Next(other.Length)]);
                break;
            case 3:
                var second = _random.Next(lines.Count);
                (lines[at], lines[second]) = (lines[second], lines[at]);
                break;
            default:
                lines[at] = DamageLine(lines[at]);
                break;
        }
    }

    private string DamageLine(string line)
    {
        var text = new StringBuilder(line);
        var at = _random.Next(line.Length + 1);
        var length = _random.Next(Math.Min(8, line.Length - at) + 1);
        switch (_random.Next(4))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(at, line.Substring(at, length));
                break;
            case 2 when at < line.Length:
                text[at] = (char)_random.Next(_random.Next(8) == 0 ? 0x10000 : 0x80);
                break;
            default:
                text.Remove(at, length).Insert(at, Interesting[_random.Next(Interesting.Length)]);
                break;
        }
        return text.ToString();
    }
}
