using System.Runtime.InteropServices;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Sfu.Tests.Native;

public sealed class NativePlatformTests
{
    private static readonly PlatformFacts Good = new(IsLinux: true, Architecture.X64, _ => true, () => 0x30000160);

    [Fact]
    public void This_machine_is_fit() => Assert.Null(NativePlatform.Check());

    [Theory]
    [InlineData(Architecture.X64), InlineData(Architecture.Arm64)]
    public void Linux_on_x64_and_arm64_is_fit(Architecture architecture) => Assert.Null(NativePlatform.Check(Good with { Architecture = architecture }));

    [Fact]
    public void Another_system_is_named() => AssertProblem(PlatformProblemKind.OperatingSystem, "Linux", Good with { IsLinux = false });

    [Fact]
    public void Another_architecture_is_named() => AssertProblem(PlatformProblemKind.Architecture, "this process is S390x", Good with { Architecture = Architecture.S390x });

    [Theory]
    [InlineData("libssl.so.3"), InlineData("libcrypto.so.3")]
    public void A_missing_library_is_named_with_what_to_install(string missing)
    {
        var problem = NativePlatform.Check(Good with { CanLoad = library => library != missing });
        Assert.Equal(PlatformProblemKind.LibraryMissing, problem!.Kind);
        Assert.StartsWith(missing, problem.Message);
        Assert.Contains("apt-get install libssl3", problem.Message);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void An_old_library_is_named() => AssertProblem(PlatformProblemKind.LibraryUnfit, "0x101010af", Good with { OpenSslVersion = () => 0x101010AF });

    [Fact]
    public void The_limit_of_open_files_is_raised_as_far_as_it_goes_and_never_lowered()
    {
        var before = FileDescriptorLimit.Read();
        Assert.InRange(before.Soft, 1UL, before.Hard);
        var raised = FileDescriptorLimit.Raise(ulong.MaxValue);
        Assert.Equal(before.Hard, raised.Soft);
        Assert.Equal(raised, FileDescriptorLimit.Raise(1));
        Assert.Equal(raised, FileDescriptorLimit.Read());
    }

    private static void AssertProblem(PlatformProblemKind kind, string word, PlatformFacts facts)
    {
        var problem = NativePlatform.Check(facts);
        Assert.Equal(kind, problem!.Kind);
        Assert.Contains(word, problem.Message);
    }
}
