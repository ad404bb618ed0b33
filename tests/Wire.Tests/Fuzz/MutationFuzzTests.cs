using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;
using Conference.Wire.Tests.Sdp;

namespace Conference.Wire.Tests.Fuzz;

/// <summary>
/// One million damaged inputs, the same in every run: each is parsed or refused, nothing throws, packets cost no allocation at all, and descriptions
/// a bounded one. Wire is compiled without unsafe code, and inputs are spans of exactly their length, so a read out of bounds would throw.
/// </summary>
public sealed class MutationFuzzTests
{
    private const int RtpInputs = 300_000;
    private const int PayloadInputs = 200_000;
    private const int RtcpInputs = 150_000;
    private const int StunInputs = 100_000;
    private const int DescriptorInputs = 100_000;
    private const int ValueInputs = 50_000;
    private const int DescriptionInputs = 60_000;
    private const int FragmentInputs = 40_000;

    private delegate bool Consume(PacketConsumer consumer, Span<byte> input);

    [Fact]
    public void Together_there_are_a_million_inputs() => Assert.Equal(1_000_000,
        RtpInputs + PayloadInputs + RtcpInputs + StunInputs + DescriptorInputs + ValueInputs + DescriptionInputs + FragmentInputs);

    [Fact]
    public void Wire_is_compiled_without_unsafe_code() =>
        Assert.Empty(typeof(RtpHeader).Module.GetCustomAttributes(typeof(System.Security.UnverifiableCodeAttribute), inherit: false));

    [Fact]
    public void Rtp_packets() => Run(FuzzSeeds.Rtp, RtpInputs, 1, (consumer, input) => consumer.Rtp(input));

    [Fact]
    public void Payloads() => Run(FuzzSeeds.Payloads, PayloadInputs, 2, (consumer, input) => consumer.Payload(input));

    [Fact]
    public void Rtcp_packets() => Run(FuzzSeeds.Rtcp, RtcpInputs, 3, (consumer, input) => consumer.Rtcp(input));

    [Fact]
    public void Stun_messages() => Run(FuzzSeeds.Stun, StunInputs, 4, (consumer, input) => consumer.Stun(input));

    [Fact]
    public void Dependency_descriptors() => Run(FuzzSeeds.Descriptors, DescriptorInputs, 5, (consumer, input) => consumer.Descriptor(input), maxLength: 255);

    [Fact]
    public void Extension_values() => Run(FuzzSeeds.ExtensionValues, ValueInputs, 6, (consumer, input) => consumer.ExtensionValue(input), maxLength: 255);

    [Fact]
    public void Session_descriptions()
    {
        var mutator = new TextMutator(7, SdpSamples.All);
        var parsed = 0;
        for (var i = 0; i < DescriptionInputs; i++)
        {
            var text = mutator.Next();
            try
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var ok = SessionDescription.TryParse(text, out var description, out var error);
                AssertBounded(GC.GetAllocatedBytesForCurrentThread() - before, text);
                Assert.Equal(ok, error.Kind == SdpErrorKind.None);
                if (!ok) continue;
                parsed++;
                Assert.True(SessionDescription.TryParse(description!.ToString(), out var again, out error), error.ToString());
                Assert.Equal(description, again);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Input {i}: {exception}\n{text}");
            }
        }
        // Otherwise nothing but refusals would be tested.
        Assert.InRange(parsed, DescriptionInputs / 10, DescriptionInputs * 9 / 10);
    }

    [Fact]
    public void Trickled_fragments()
    {
        var samples = SdpSamples.All.Select(text => string.Join('\n', text.Split('\n').Where(line => line.StartsWith("a=ice-") || line.StartsWith("a=candidate") || line.StartsWith("a=mid") || line.StartsWith("m="))));
        var mutator = new TextMutator(8, [.. samples]);
        for (var i = 0; i < FragmentInputs; i++)
        {
            var text = mutator.Next();
            try
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var ok = SdpFragment.TryParse(text, out var fragment, out _);
                AssertBounded(GC.GetAllocatedBytesForCurrentThread() - before, text);
                if (!ok) continue;
                Assert.True(SdpFragment.TryParse(fragment!.ToString(), out var again, out var error), error.ToString());
                Assert.Equal(fragment, again);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Input {i}: {exception}\n{text}");
            }
        }
    }

    // Strings take two bytes a character, and the model a small multiple of its text; each section has a few fixed tables.
    private static void AssertBounded(long allocated, string text)
    {
        var sections = text.Split("m=").Length;
        Assert.InRange(allocated, 0, 8192 + 64L * text.Length + 8192L * sections);
    }

    private static void Run(IReadOnlyList<byte[]> seeds, int inputs, int seed, Consume consume, int maxLength = 1280)
    {
        var consumer = new PacketConsumer();
        // What is loaded once is loaded here.
        foreach (var each in seeds) Assert.True(consume(consumer, each.ToArray()), Convert.ToHexString(each));
        for (var i = 0; i < 100; i++) consume(consumer, new Mutator(-i, maxLength).Next(seeds));

        var mutator = new Mutator(seed, maxLength);
        var parsed = 0;
        for (var i = 0; i < inputs; i++)
        {
            var input = mutator.Next(seeds);
            try
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                if (consume(consumer, input)) parsed++;
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                if (allocated != 0) Assert.Fail($"{allocated} bytes allocated");
            }
            catch (Exception exception)
            {
                // The consumer may have patched the input in place: make it again.
                Assert.Fail($"Input {i} of seed {seed}: {exception}\n{Convert.ToHexString(Again(seeds, i, seed, maxLength))}");
            }
        }
        // Otherwise nothing but refusals would be tested.
        Assert.InRange(parsed, inputs / 5, inputs);
    }

    private static Span<byte> Again(IReadOnlyList<byte[]> seeds, int index, int seed, int maxLength)
    {
        var mutator = new Mutator(seed, maxLength);
        for (var i = 0; i < index; i++) mutator.Next(seeds);
        return mutator.Next(seeds);
    }
}
