using System.Text;

namespace Conference.Support;

/// <summary>
/// A short y4m clip whose every frame carries a code: 8 squares in a row, each a bit of the publisher's number (bright or dark), above a bar that moves by one step a
/// frame. Squares are large, so the code survives scaling and compression; the bar tells a moving picture from a frozen one.
/// </summary>
public static class PaintedVideo
{
    public const int Bits = 8;
    public const int Steps = 16;

    private const int Width = 320;
    private const int Height = 180;
    private const int FramesPerSecond = 20;
    private const int FramesPerStep = 2;
    private const byte Dark = 40;
    private const byte Bright = 215;

    /// <summary>Writes the clip of publisher <paramref name="number"/> (0 to 255) and returns its path.</summary>
    public static string Write(string folder, byte number)
    {
        var path = Path.Combine(folder, $"painted-{number}.y4m");
        using var file = File.Create(path);
        file.Write(Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F{FramesPerSecond}:1 Ip A1:1 C420jpeg\n"));
        for (var frame = 0; frame < Steps * FramesPerStep; frame++)
        {
            file.Write("FRAME\n"u8);
            file.Write(Luma(number, frame / FramesPerStep));
            // One tint a publisher, so that a person who looks at a screenshot tells them apart too.
            file.Write(Plane((byte)(90 + number * 37 % 76)));
            file.Write(Plane((byte)(90 + number * 59 % 76)));
        }
        return path;
    }

    private static byte[] Luma(byte number, int step)
    {
        var luma = new byte[Width * Height];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++)
                luma[y * Width + x] = y < Height / 2
                    ? (number >> (x * Bits / Width) & 1) == 1 ? Bright : Dark
                    : x * Steps / Width == step ? Bright : Dark;
        return luma;
    }

    private static byte[] Plane(byte value)
    {
        var plane = new byte[Width / 2 * (Height / 2)];
        Array.Fill(plane, value);
        return plane;
    }
}
