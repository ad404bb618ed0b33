using System.Net.Sockets;
using Conference.MediaPod.Sfu.Native;
using Conference.Support;

namespace Conference.Benchmarks.Servers;

/// <summary>
/// Debian's Janus inside the namespace: VideoRoom over WebSocket, its fast setting (two event loops for all connections), no other plugin and no other transport.
/// Everything else is as the package configures it.
/// </summary>
internal sealed class JanusServer : IAsyncDisposable
{
    /// <summary>Where Debian puts it.</summary>
    public const string Program = "/usr/bin/janus";

    private const int Port = 8188;
    private const string Folder = "/usr/lib/x86_64-linux-gnu/janus";
    private readonly TemporaryFolder _folder = new();

    private JanusServer(BenchNetwork network)
    {
        Url = new Uri($"ws://{network.GuestAddress}:{Port}/");
        var library = Directory.Exists(Folder) ? Folder : Directory.GetDirectories("/usr/lib", "*-linux-gnu*").Select(d => Path.Combine(d, "janus")).First(Directory.Exists);
        string Others(string kind, string keep) => string.Join(',', Directory.GetFiles(Path.Combine(library, kind), "*.so").Select(Path.GetFileName).Where(f => f != keep));
        Write("janus.jcfg", $$"""
            general: {
              configs_folder = "{{_folder.Path}}"
              plugins_folder = "{{library}}/plugins"
              transports_folder = "{{library}}/transports"
              events_folder = "{{library}}/events"
              loggers_folder = "{{library}}/loggers"
              debug_level = 2
              event_loops = 2
            }
            media: {
              rtp_port_range = "20000-30000"
            }
            nat: {
              ice_tcp = false
              ignore_mdns = true
              ice_enforce_list = "{{network.GuestAddress}}"
            }
            plugins: {
              disable = "{{Others("plugins", "libjanus_videoroom.so")}}"
            }
            transports: {
              disable = "{{Others("transports", "libjanus_websockets.so")}}"
            }
            events: {
              broadcast = false
            }
            """);
        Write("janus.transport.websockets.jcfg", $$"""
            general: {
              json = "compact"
              ws = true
              ws_port = {{Port}}
              ws_ip = "{{network.GuestAddress}}"
            }
            """);
        Write("janus.plugin.videoroom.jcfg", "general: {\n}\n");
        // As urgent as the threads with which Conference forwards.
        Process = ServerProcess.Start(network, "nice", "-n", $"{ThreadUrgency.Niceness}", Program, "-F", _folder.Path);
    }

    /// <summary>Of its WebSocket transport.</summary>
    public Uri Url { get; }

    public ServerProcess Process { get; }

    public static async Task<JanusServer> StartAsync(BenchNetwork network)
    {
        var server = new JanusServer(network);
        await server.Process.WaitAsync(async () =>
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(network.GuestAddress, Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, "janus");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.Path, name), text);
}
