using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>What a transform works on: header and payload of one packet, RTP or RTCP alike.</summary>
internal unsafe ref struct SrtpWork
{
    /// <summary>Start of the packet: its header, in the clear, authenticated.</summary>
    public byte* Header;
    public int HeaderLength;

    /// <summary>What is to be turned, and where to.</summary>
    public byte* Source;
    public byte* Destination;
    public int Length;

    /// <summary>As it stands in the packet, network order in memory.</summary>
    public uint SsrcBits;

    /// <summary>48 bits for RTP (roll-over counter and sequence number), 31 bits for RTCP.</summary>
    public ulong Index;

    /// <summary>RTP: the roll-over counter. RTCP: "encrypted" flag and index. Network order in memory.</summary>
    public uint TrailerBits;

    /// <summary>RTCP's trailer is part of the packet, so every profile authenticates it.</summary>
    public bool TrailerInPacket;
    public byte* Tag;
}

/// <summary>One direction's cipher with its keys, for one of RTP and RTCP. Owned by one thread; allocates nothing per packet.</summary>
internal abstract unsafe class SrtpTransform : IDisposable
{
    private bool _disposed;

    public static SrtpTransform Create(SrtpSessionKeys keys, bool encrypt) =>
        keys.Profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? new CounterTransform(keys) : new GcmTransform(keys, encrypt);

    /// <summary>Encrypts and writes the tag.</summary>
    public abstract void Seal(in SrtpWork work);

    /// <summary>Checks the tag and decrypts. False: the tag is wrong, and what is at the destination is worthless.</summary>
    public abstract bool Open(in SrtpWork work);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Free();
    }

    protected abstract void Free();

    protected static void* FetchCipher(ReadOnlySpan<byte> zeroTerminatedName)
    {
        fixed (byte* name = zeroTerminatedName)
        {
            var cipher = LibCrypto.CipherFetch(null, name, null);
            return cipher != null ? cipher : throw new InvalidOperationException("libcrypto lacks a cipher of TLS 1.2; is it a restricted build?");
        }
    }

    protected static void* NewContext(void* cipher, ReadOnlySpan<byte> key, bool encrypt)
    {
        var context = LibCrypto.CipherContextNew();
        var iv = stackalloc byte[16];
        new Span<byte>(iv, 16).Clear();
        fixed (byte* k = key)
        {
            if (context == null || LibCrypto.CipherInit(context, cipher, null, k, iv, encrypt ? 1 : 0) != 1)
                throw new InvalidOperationException("libcrypto refused an AES key");
        }
        return context;
    }

    /// <summary>The 48-bit index as it goes into an IV: big-endian, in the upper six bytes of a word in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static ulong IndexBits(ulong index) => BinaryPrimitives.ReverseEndianness(index << 16);
}

/// <summary>AES-GCM (RFC 7714). IV: two zero bytes, SSRC, 48-bit index, XOR salt.</summary>
internal sealed unsafe class GcmTransform : SrtpTransform
{
    private const int TagBytes = 16;
    private static readonly void* Gcm128 = FetchCipher("AES-128-GCM\0"u8);
    private static readonly void* Gcm256 = FetchCipher("AES-256-GCM\0"u8);

    private readonly void* _context;
    private readonly ushort _salt0;
    private readonly uint _salt2;
    private readonly uint _salt6;
    private readonly ushort _salt10;

    public GcmTransform(SrtpSessionKeys keys, bool encrypt)
    {
        _context = NewContext(keys.Profile == SrtpProfile.AeadAes256Gcm ? Gcm256 : Gcm128, keys.CipherKey.Span, encrypt);
        var salt = keys.Salt.Span;
        _salt0 = MemoryMarshal.Read<ushort>(salt);
        _salt2 = MemoryMarshal.Read<uint>(salt[2..]);
        _salt6 = MemoryMarshal.Read<uint>(salt[6..]);
        _salt10 = MemoryMarshal.Read<ushort>(salt[10..]);
    }

    public override void Seal(in SrtpWork work)
    {
        Begin(work, encrypt: 1);
        if (work.Length > 0) LibCrypto.Cipher(_context, work.Destination, work.Source, (uint)work.Length);
        LibCrypto.Cipher(_context, null, null, 0);
        LibCrypto.CipherControl(_context, LibCrypto.ControlGetTag, TagBytes, work.Tag);
    }

    public override bool Open(in SrtpWork work)
    {
        var tag = stackalloc byte[TagBytes]; // the library takes a copy, but an in-place caller may overwrite what follows
        *(UInt128*)tag = Unsafe.ReadUnaligned<UInt128>(work.Tag);
        Begin(work, encrypt: 0);
        LibCrypto.CipherControl(_context, LibCrypto.ControlSetTag, TagBytes, tag);
        if (work.Length > 0 && LibCrypto.Cipher(_context, work.Destination, work.Source, (uint)work.Length) < 0) return false;
        return LibCrypto.Cipher(_context, null, null, 0) >= 0;
    }

    protected override void Free() => LibCrypto.CipherContextFree(_context);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Begin(in SrtpWork work, int encrypt)
    {
        var iv = stackalloc byte[16];
        var index = IndexBits(work.Index);
        *(ushort*)iv = _salt0;
        Unsafe.WriteUnaligned(iv + 2, work.SsrcBits ^ _salt2);
        Unsafe.WriteUnaligned(iv + 6, (uint)index ^ _salt6);
        Unsafe.WriteUnaligned(iv + 10, (ushort)((ushort)(index >> 32) ^ _salt10));
        LibCrypto.CipherInit(_context, null, null, null, iv, encrypt);
        LibCrypto.Cipher(_context, null, work.Header, (uint)work.HeaderLength);
        if (!work.TrailerInPacket) return;
        var trailer = work.TrailerBits;
        LibCrypto.Cipher(_context, null, (byte*)&trailer, sizeof(uint));
    }
}

/// <summary>AES counter mode and HMAC-SHA1 cut to 80 bits (RFC 3711). IV: salt XOR (SSRC at byte 4, index at byte 8), counted in the last two.</summary>
internal sealed unsafe class CounterTransform : SrtpTransform
{
    private const int TagBytes = 10;
    private const int DigestBytes = 20;
    private static readonly void* Counter128 = FetchCipher("AES-128-CTR\0"u8);

    private readonly void* _context;
    private readonly byte* _states; // inner and outer HMAC state, keyed once, and one to work in
    private readonly ulong _salt0;
    private readonly ulong _salt8;

    public CounterTransform(SrtpSessionKeys keys)
    {
        _context = NewContext(Counter128, keys.CipherKey.Span, encrypt: true);
        Span<byte> salt = stackalloc byte[16];
        salt.Clear();
        keys.Salt.Span.CopyTo(salt);
        _salt0 = MemoryMarshal.Read<ulong>(salt);
        _salt8 = MemoryMarshal.Read<ulong>(salt[8..]);
        _states = (byte*)NativeMemory.AlignedAlloc(3 * 128, 64);
        KeyHalf(Inner, keys.AuthenticationKey.Span, 0x36);
        KeyHalf(Outer, keys.AuthenticationKey.Span, 0x5C);
    }

    private byte* Inner => _states;

    private byte* Outer => _states + 128;

    private byte* Working => _states + 256;

    public override void Seal(in SrtpWork work)
    {
        Turn(work);
        var digest = stackalloc byte[DigestBytes];
        Digest(work, work.Destination, digest);
        Buffer.MemoryCopy(digest, work.Tag, TagBytes, TagBytes);
    }

    public override bool Open(in SrtpWork work)
    {
        var digest = stackalloc byte[DigestBytes];
        Digest(work, work.Source, digest);
        var difference = (Unsafe.ReadUnaligned<ulong>(digest) ^ Unsafe.ReadUnaligned<ulong>(work.Tag))
            | (uint)(Unsafe.ReadUnaligned<ushort>(digest + 8) ^ Unsafe.ReadUnaligned<ushort>(work.Tag + 8));
        if (difference != 0) return false;
        Turn(work);
        return true;
    }

    protected override void Free()
    {
        LibCrypto.CipherContextFree(_context);
        NativeMemory.Clear(_states, 3 * 128);
        NativeMemory.AlignedFree(_states);
    }

    private void Turn(in SrtpWork work)
    {
        if (work.Length == 0) return;
        var iv = stackalloc byte[16];
        *(ulong*)iv = _salt0 ^ ((ulong)work.SsrcBits << 32);
        *(ulong*)(iv + 8) = _salt8 ^ IndexBits(work.Index);
        LibCrypto.CipherInit(_context, null, null, null, iv, 1);
        LibCrypto.Cipher(_context, work.Destination, work.Source, (uint)work.Length);
    }

    /// <summary>HMAC over header, ciphertext and trailer (the roll-over counter is authenticated though it is not sent).</summary>
    private void Digest(in SrtpWork work, byte* ciphertext, byte* digest)
    {
        var trailer = work.TrailerBits;
        Buffer.MemoryCopy(Inner, Working, LibCrypto.Sha1StateBytes, LibCrypto.Sha1StateBytes);
        LibCrypto.Sha1Update(Working, work.Header, (nuint)work.HeaderLength);
        LibCrypto.Sha1Update(Working, ciphertext, (nuint)work.Length);
        LibCrypto.Sha1Update(Working, (byte*)&trailer, sizeof(uint));
        LibCrypto.Sha1Final(digest, Working);
        Buffer.MemoryCopy(Outer, Working, LibCrypto.Sha1StateBytes, LibCrypto.Sha1StateBytes);
        LibCrypto.Sha1Update(Working, digest, DigestBytes);
        LibCrypto.Sha1Final(digest, Working);
    }

    private static void KeyHalf(byte* state, ReadOnlySpan<byte> key, byte pad)
    {
        var block = stackalloc byte[64];
        for (var i = 0; i < 64; i++) block[i] = (byte)(pad ^ (i < key.Length ? key[i] : 0));
        LibCrypto.Sha1Init(state);
        LibCrypto.Sha1Update(state, block, 64);
    }
}
