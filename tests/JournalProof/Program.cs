using Conference.JournalProof;

// The processes on trial: whoever proves something starts this program and watches it from outside.
return args switch
{
    ["speed", .. var options] => await SpeedChild.RunAsync(Options.Parse(options)),
    ["commands", .. var options] => await CommandChild.RunAsync(Options.Parse(options)),
    _ => Options.Usage(),
};
