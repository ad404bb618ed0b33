using System.Runtime.CompilerServices;

namespace Conference.Sfu.Tests.Speakers;

/// <summary>What a microphone's packets said, from <c>tests/data/levels</c>: one entry for each 20 ms, null where no packet was sent.</summary>
internal sealed class LevelTrace
{
    public const int PacketMilliseconds = 20;

    private LevelTrace((int Level, int Bytes)?[] packets) => Packets = packets;

    public (int Level, int Bytes)?[] Packets { get; }

    public int Milliseconds => Packets.Length * PacketMilliseconds;

    /// <summary>When its first sound and its last are, in milliseconds: packets at least 20 dB above the room.</summary>
    public (int First, int Last) Sound
    {
        get
        {
            var loud = Enumerable.Range(0, Packets.Length).Where(i => Packets[i] is { Level: < 44 }).ToList();
            return (loud[0] * PacketMilliseconds, loud[^1] * PacketMilliseconds);
        }
    }

    public static LevelTrace Read(string name) => new([.. File.ReadLines(Path.Combine(Folder(), name + ".txt")).Select(Parse)]);

    /// <summary>The same levels in every packet.</summary>
    public static LevelTrace Constant(int level, int milliseconds) => new([.. Enumerable.Repeat(((int, int)?)(level, 80), milliseconds / PacketMilliseconds)]);

    /// <summary>This and then another.</summary>
    public LevelTrace Then(LevelTrace next) => new([.. Packets, .. next.Packets]);

    /// <summary>The first so many milliseconds.</summary>
    public LevelTrace Until(int milliseconds) => new(Packets[..(milliseconds / PacketMilliseconds)]);

    private static (int, int)? Parse(string line)
    {
        if (line == "-") return null;
        var parts = line.Split(' ');
        return (int.Parse(parts[0]), int.Parse(parts[1]));
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "data", "levels");
}
