using System.Runtime.InteropServices;

namespace Conference.Load.Media;

/// <summary>A socket filter (classic BPF) that drops RTP packets of one payload type before they are queued.</summary>
internal static unsafe partial class PayloadTypeFilter
{
    private const int SocketLevel = 1, AttachFilter = 26;
    private const int UdpHeader = 8;
    private const ushort LoadByte = 0x30, And = 0x54, JumpIfEqual = 0x15, Return = 0x06;

    /// <summary>Attaches it.</summary>
    /// <exception cref="LoadException">The kernel does not take it.</exception>
    public static void Attach(int descriptor, byte payloadType)
    {
        var code = stackalloc Instruction[]
        {
            new() { Code = LoadByte, Value = UdpHeader },
            new() { Code = And, Value = 0xC0 },
            new() { Code = JumpIfEqual, Value = 0x80, Else = 3 }, // RTP or RTCP (RFC 7983)
            new() { Code = LoadByte, Value = UdpHeader + 1 },
            new() { Code = And, Value = 0x7F },
            new() { Code = JumpIfEqual, Value = payloadType, Then = 1 },
            new() { Code = Return, Value = 0xFFFF },
            new() { Code = Return, Value = 0 },
        };
        var program = new Filter { Length = 8, Code = code };
        if (SetOption(descriptor, SocketLevel, AttachFilter, &program, (uint)sizeof(Filter)) != 0) throw new LoadException($"the kernel takes no filter: {Marshal.GetLastSystemError()}");
    }

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int descriptor, int level, int option, void* value, uint length);

    private struct Instruction
    {
        public ushort Code;
        public byte Then, Else;
        public uint Value;
    }

    private struct Filter
    {
        public ushort Length;
        public Instruction* Code;
    }
}
