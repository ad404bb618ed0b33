using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Conference.Hosting.Logs;
using Conference.Standalone;

namespace Conference.Benchmarks.Soak;

/// <summary>What the server holds, after everything that nobody needs was collected.</summary>
/// <param name="LiveBytes">Managed memory that lives.</param>
/// <param name="PoolBytes">Native memory taken for packets.</param>
internal sealed record SoakReading(long LiveBytes, long PoolBytes);

/// <summary>The product in a process that can be asked what it holds: <c>bench soak host FOLDER PORT MEDIA_PORT</c>. Each line on its standard input is answered with a <see cref="SoakReading"/>.</summary>
internal static class SoakHost
{
    private const string PoolInstrument = "media.packet.memory";

    public static async Task<int> RunAsync(string folder, int port, int mediaPort)
    {
        var options = new StandaloneOptions
        {
            DataFolder = folder, Port = port, Bind = IPAddress.Loopback, MediaPort = mediaPort, PublicAddresses = [IPAddress.Loopback], OpenCreation = true,
            Unlimited = [IPNetwork.Parse("127.0.0.0/8")], LogFormat = LogFormat.Text,
        };
        await using var app = await StandaloneApp.StartAsync(options, CancellationToken.None);
        var pool = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == PoolInstrument) listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => pool += value);
        listener.Start();
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is not null)
        {
            pool = 0;
            listener.RecordObservableInstruments();
            Console.WriteLine("reading " + JsonSerializer.Serialize(new SoakReading(GC.GetTotalMemory(forceFullCollection: true), pool)));
        }
        return 0;
    }
}
