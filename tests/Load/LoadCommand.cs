using System.CommandLine;
using System.CommandLine.Parsing;

namespace Conference.Load;

/// <summary>The command line.</summary>
public static class LoadCommand
{
    private static readonly Option<string> Url = new("--url") { Description = "the Gateway, as https://meet.example.org", HelpName = "url", Required = true };
    private static readonly Option<int> Meetings = Number("--meetings", "meetings to create", 1, 10_000, 1);
    private static readonly Option<int> Participants = Number("--participants", "participants of each meeting, publishers included", 1, 10_000, 4);
    private static readonly Option<int> Publishers = Number("--publishers", "participants who send sound and picture", 0, 1000, 2);
    private static readonly Option<double> Seconds = new("--seconds") { Description = "for how long media flows when all are connected", HelpName = "seconds", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Kilobits = Number("--kbps", "bit rate of each picture", 50, 20_000, 600);
    private static readonly Option<string?> CreateKey = new("--create-key") { Description = "tenant key for creating meetings (or CONFERENCE_CREATE_KEY)", HelpName = "key" };
    private static readonly Option<string?> Code = new("--code") { Description = "join this meeting instead of creating some", HelpName = "code" };
    private static readonly Option<string?> Passcode = new("--passcode") { Description = "the meeting's passcode", HelpName = "passcode" };
    private static readonly Option<string?> Region = new("--region") { Description = "region to ask for", HelpName = "region" };
    private static readonly Option<int> Parallel = Number("--parallel", "participants who connect at one time", 1, 1000, 16);
    private static readonly Option<int> ConnectWithin = Number("--connect-within", "seconds that one participant may take to connect", 1, 3600, 30);
    private static readonly Option<double> MaxLoss = new("--max-loss") { Description = "packets that may be lost, in percent", HelpName = "percent", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> AllowDisconnects = new("--allow-disconnects") { Description = "connections that end are told, but are no failure" };
    private static readonly Option<bool> Insecure = new("--insecure") { Description = "do not check certificates" };
    private static readonly Option<bool> Json = new("--json") { Description = "print nothing but the last line" };

    /// <summary>The command; <paramref name="run"/> gets what was asked for and returns the exit code.</summary>
    /// <param name="run">Does it.</param>
    /// <param name="environment">Reads a variable of the environment, where secrets are.</param>
    public static RootCommand Create(Func<LoadOptions, CancellationToken, Task<int>> run, Func<string, string?> environment)
    {
        var command = new RootCommand("Joins meetings as many participants, sends media and checks what comes. The last line is JSON.");
        foreach (var option in (Option[])[Url, Meetings, Participants, Publishers, Seconds, Kilobits, CreateKey, Code, Passcode, Region, Parallel, ConnectWithin, MaxLoss, AllowDisconnects, Insecure, Json])
            command.Add(option);
        command.Validators.Add(Validate);
        command.SetAction((parsed, cancellation) => run(Options(parsed, environment), cancellation));
        return command;
    }

    private static LoadOptions Options(ParseResult parsed, Func<string, string?> environment) => new()
    {
        Url = new Uri(parsed.GetValue(Url)!),
        Meetings = parsed.GetValue(Meetings),
        Participants = parsed.GetValue(Participants),
        Publishers = parsed.GetValue(Publishers),
        Duration = TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
        Kilobits = parsed.GetValue(Kilobits),
        CreateKey = parsed.GetValue(CreateKey) ?? environment("CONFERENCE_CREATE_KEY"),
        OperatorSecret = environment("CONFERENCE_OPERATOR_SECRET"),
        Code = parsed.GetValue(Code),
        Passcode = parsed.GetValue(Passcode),
        Region = parsed.GetValue(Region),
        Parallel = parsed.GetValue(Parallel),
        ConnectWithin = TimeSpan.FromSeconds(parsed.GetValue(ConnectWithin)),
        MaxLossPercent = parsed.GetValue(MaxLoss),
        AllowDisconnects = parsed.GetValue(AllowDisconnects),
        Insecure = parsed.GetValue(Insecure),
        JsonOnly = parsed.GetValue(Json),
    };

    private static void Validate(CommandResult command)
    {
        if (command.GetValue(Url) is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) command.AddError($"--url: '{url}' is no http address");
        if (command.GetValue(Publishers) > command.GetValue(Participants)) command.AddError("--publishers: not more than --participants");
        if (command.GetValue(Seconds) is not (>= 0 and <= 86_400)) command.AddError("--seconds: 0 to 86400");
        if (command.GetValue(MaxLoss) is not (>= 0 and <= 100)) command.AddError("--max-loss: 0 to 100");
    }

    private static Option<int> Number(string name, string description, int least, int most, int otherwise)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && (number < least || number > most)) result.AddError($"{name}: {least} to {most}");
        });
        return option;
    }
}
