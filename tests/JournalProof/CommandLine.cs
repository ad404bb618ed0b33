using System.Text;

namespace Conference.JournalProof;

/// <summary>What a <see cref="CommandChild"/> says on its output, a line each.</summary>
internal abstract record CommandLine
{
    /// <summary>The last line of a process may be cut off by its end: then null.</summary>
    public static CommandLine? Parse(string line) => line.Split(' ') switch
    {
        ["A", var meeting, var sender, var number, var sequence, "."] => new Acknowledged(int.Parse(meeting), int.Parse(sender), long.Parse(number), long.Parse(sequence)),
        ["F", var reason, "."] => new Failed(reason),
        _ => null,
    };

    public abstract byte[] ToBytes();

    /// <summary>A command was acknowledged.</summary>
    public sealed record Acknowledged(int Meeting, int Sender, long Number, long Sequence) : CommandLine
    {
        public override byte[] ToBytes() => Encoding.ASCII.GetBytes($"A {Meeting} {Sender} {Number} {Sequence} .\n");
    }

    /// <summary>A command was refused and will be sent again.</summary>
    public sealed record Failed(string Reason) : CommandLine
    {
        public override byte[] ToBytes() => Encoding.ASCII.GetBytes($"F {Reason} .\n");
    }
}
