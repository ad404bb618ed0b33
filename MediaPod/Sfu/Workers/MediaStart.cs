using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>What must be right before a server can start, each with one line for people when it is not.</summary>
internal static class MediaStart
{
    private const int MaxWorkers = 256;
    private const ulong WantedFiles = 65_536;
    private const ulong LeastFiles = 512;
    private const int SystemChoices = 8;

    /// <summary>Checks machine and options.</summary>
    /// <exception cref="MediaStartException">With the reason.</exception>
    public static void Check(MediaServerOptions options)
    {
        if (NativePlatform.Check() is { } problem)
            throw new MediaStartException(problem.Kind is PlatformProblemKind.LibraryMissing or PlatformProblemKind.LibraryUnfit ? MediaStartRefusal.MissingLibrary : MediaStartRefusal.UnsupportedSystem, problem.Message);
        if (options.Workers is < 1 or > MaxWorkers)
            throw new MediaStartException(MediaStartRefusal.Invalid, $"The number of media workers must be 1 to {MaxWorkers}, not {options.Workers}.");
        if (options.FirstPort < 0 || options.FirstPort + options.Workers - 1 > ushort.MaxValue)
            throw new MediaStartException(MediaStartRefusal.Invalid, $"The media port must leave room for {options.Workers} consecutive ports up to 65535, not {options.FirstPort}.");
        if (options.FirstTcpPort is { } tcp && (tcp < 0 || tcp + options.Workers - 1 > ushort.MaxValue))
            throw new MediaStartException(MediaStartRefusal.Invalid, $"The media TCP port must leave room for {options.Workers} consecutive ports up to 65535, not {tcp}.");
        var files = FileDescriptorLimit.Raise(WantedFiles);
        if (files.Soft < LeastFiles)
            throw new MediaStartException(MediaStartRefusal.TooFewFiles, $"The process may open only {files.Soft} files and sockets; raise the limit to {LeastFiles} or more (ulimit -n).");
    }

    /// <summary>Opens every worker's port, or none.</summary>
    /// <exception cref="MediaStartException">With the reason.</exception>
    public static WorkerPort[] OpenPorts(MediaServerOptions options)
    {
        var ports = new List<WorkerPort>(options.Workers);
        try
        {
            for (var i = 0; i < options.Workers; i++) ports.Add(OpenPort(options, i));
            return [.. ports];
        }
        catch (NativeException fault)
        {
            foreach (var port in ports) port.Dispose();
            throw new MediaStartException(ReasonOf(fault), $"The media port {options.FirstPort + ports.Count} cannot be used: {fault.Message}.");
        }
    }

    private static WorkerPort OpenPort(MediaServerOptions options, int index)
    {
        for (var attempt = 1; ; attempt++)
        {
            var udp = UdpPort.Open(options.BindAddress, options.FirstPort == 0 ? 0 : options.FirstPort + index);
            try
            {
                var streams = OpenStreams(options, index, udp);
                // Where the system chooses, it may choose a number that is free for UDP alone.
                if (streams is not null || options.FirstTcpPort is null || options.FirstPort != 0 || attempt == SystemChoices) return new WorkerPort(udp, streams);
                udp.Dispose();
            }
            catch
            {
                udp.Dispose();
                throw;
            }
        }
    }

    private static StreamPort? OpenStreams(MediaServerOptions options, int index, UdpPort udp)
    {
        if (options.FirstTcpPort is not { } first) return null;
        try
        {
            return StreamPort.Open(options.BindAddress, first == 0 ? udp.LocalAddress.Port : first + index, udp.IsIPv6, options.Limits.Streams);
        }
        catch (NativeException fault) when (first == 0 && fault.IsAddressInUse)
        {
            return null;
        }
    }

    private static MediaStartRefusal ReasonOf(NativeException fault) =>
        fault.IsAddressInUse ? MediaStartRefusal.PortTaken : fault.Errno == Errno.AddressNotAvailable ? MediaStartRefusal.AddressUnavailable : MediaStartRefusal.Invalid;
}
