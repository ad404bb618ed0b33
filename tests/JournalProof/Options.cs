namespace Conference.JournalProof;

/// <summary>Options of the form <c>--name value</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = [];

    public string this[string name] => _values[name];

    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
        for (var i = 0; i + 1 < args.Length; i += 2) options._values[args[i][2..]] = args[i + 1];
        return options;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("usage: speed|commands --name value ...   (started by ./bench journal and by the tests of the journal)");
        return 2;
    }

    public string? Find(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => _values.TryGetValue(name, out var value) ? int.Parse(value) : otherwise;
}
