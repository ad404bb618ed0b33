namespace Orleans;

/// <summary>Which members of a type get a serialization id without saying so.</summary>
public enum GenerateFieldIds
{
    /// <summary>None: every serialized member carries an <see cref="IdAttribute"/>.</summary>
    None,

    /// <summary>Public properties that can be read and written.</summary>
    PublicProperties,
}
