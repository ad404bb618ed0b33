using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>
/// In which form a slot's packets of sound left, so that one that is asked for again leaves byte by byte the same: under SRTP one packet index must never
/// protect two contents (RFC 7714 section 8.4). Holds no packet alive.
/// </summary>
internal sealed class SentForms(int capacity)
{
    private readonly AudioForm[] _forms = new AudioForm[capacity];

    public long Bytes => _forms.Length * (long)Unsafe.SizeOf<AudioForm>();

    public void Add(long sequence, in AudioForm form) => _forms[sequence & (_forms.Length - 1)] = form;

    /// <summary>The form of a packet that was sent; asked for only when it is known to be remembered.</summary>
    public AudioForm Find(long sequence) => _forms[sequence & (_forms.Length - 1)];
}
