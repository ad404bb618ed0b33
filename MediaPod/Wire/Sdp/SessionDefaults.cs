namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Attributes that may stand in the session part for all sections, or in one section: transport, direction and header extensions.</summary>
internal sealed class SessionDefaults
{
    private readonly List<Fingerprint> _fingerprints = [];
    private readonly List<HeaderExtensionMap> _extensions = [];
    private string? _ufrag;
    private string? _password;

    public SdpConnection? Connection { get; set; }

    public MediaDirection? Direction { get; private set; }

    public SetupRole? Setup { get; private set; }

    public SdpList<string>? IceOptions { get; private set; }

    public IceParameters? Ice => _ufrag is not null && _password is not null ? new IceParameters(_ufrag, _password) : null;

    public IReadOnlyList<Fingerprint> Fingerprints => _fingerprints;

    public IReadOnlyList<HeaderExtensionMap> Extensions => _extensions;

    /// <summary>Credentials come in pairs.</summary>
    public SdpErrorKind Check() => (_ufrag is null) == (_password is null) ? SdpErrorKind.None : SdpErrorKind.IncompleteIceCredentials;

    /// <summary>Takes an attribute. False if it is none of these.</summary>
    public bool TryParse(ReadOnlySpan<char> name, ReadOnlySpan<char> value, out SdpErrorKind error)
    {
        error = SdpErrorKind.None;
        switch (name)
        {
            case "ice-ufrag":
                error = Set(ref _ufrag, value, IceParameters.IsUsernameFragment(value));
                return true;
            case "ice-pwd":
                error = Set(ref _password, value, IceParameters.IsPassword(value));
                return true;
            case "ice-options":
                IceOptions = ParseTokens(value);
                return true;
            case "fingerprint":
                error = Add(_fingerprints, Fingerprint.TryParse(value), SdpErrorKind.InvalidFingerprint);
                return true;
            case "extmap":
                error = Add(_extensions, HeaderExtensionMap.TryParse(value), SdpErrorKind.InvalidHeaderExtension);
                return true;
            case "setup":
                Setup = SetupRoles.TryParse(value);
                if (Setup is null) error = SdpErrorKind.InvalidSetup;
                return true;
            default:
                if (MediaDirections.TryParse(name) is not { } direction) return false;
                Direction = direction;
                return true;
        }
    }

    private static SdpErrorKind Set(ref string? field, ReadOnlySpan<char> value, bool valid)
    {
        if (valid) field = value.ToString();
        return valid ? SdpErrorKind.None : SdpErrorKind.InvalidIceCredentials;
    }

    internal static SdpErrorKind Add<T>(List<T> list, T? item, SdpErrorKind otherwise) where T : class
    {
        if (item is null) return otherwise;
        list.Add(item);
        return SdpErrorKind.None;
    }

    internal static SdpList<string> ParseTokens(ReadOnlySpan<char> value)
    {
        var list = new List<string>();
        var tokens = new SdpTokens(value);
        while (tokens.TryNext(out var token)) list.Add(token.ToString());
        return list.ToSdpList();
    }
}
