using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Signaling;

namespace Conference.Benchmarks.Meeting;

/// <summary>A signaling socket that says hello and then reads nothing any more, with as small a receive buffer as the kernel gives.</summary>
internal sealed class SlowReader : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2048, NoDelay = true };

    public static async Task<SlowReader> OpenAsync(Uri server, JoinResponse join, CancellationToken cancellation)
    {
        var slow = new SlowReader();
        await slow._socket.ConnectAsync(server.Host, server.Port, cancellation);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await slow._socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {join.SignalUrl} HTTP/1.1\r\nHost: {server.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"), cancellation);
        var answer = new byte[1024];
        var length = await slow._socket.ReceiveAsync(answer, cancellation);
        if (!Encoding.ASCII.GetString(answer, 0, length).StartsWith("HTTP/1.1 101", StringComparison.Ordinal)) throw new InvalidOperationException("the signaling socket does not open");
        await slow._socket.SendAsync(Frame(JsonSerializer.SerializeToUtf8Bytes<ClientMessage>(new Hello(join.SignalTicket), ContractsJson.Default.ClientMessage)), cancellation);
        return slow;
    }

    public void Dispose() => _socket.Dispose();

    // One text frame of RFC 6455, section 5.2, with a mask of zeros.
    private static byte[] Frame(byte[] text) => [0x81, 0xFE, (byte)(text.Length >> 8), (byte)text.Length, 0, 0, 0, 0, .. text];
}
