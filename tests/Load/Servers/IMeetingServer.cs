namespace Conference.Load.Servers;

/// <summary>The client's end of a session description: generated, or a page in a browser.</summary>
public interface ISdpPeer
{
    /// <summary>Its offer.</summary>
    Task<string> OfferAsync();

    /// <summary>Takes the answer to its offer.</summary>
    Task AcceptAsync(string answer);

    /// <summary>Answers an offer of a server that offers itself.</summary>
    Task<string> AnswerAsync(string offer);
}

/// <summary>One meeting on a media server, as all servers that are compared have it.</summary>
public interface IMeetingServer : IAsyncDisposable
{
    /// <summary>As it stands in reports.</summary>
    string Name { get; }

    /// <summary>Takes a place for somebody who sends.</summary>
    Task<ISeat> PublishAsync(ISdpPeer peer, CancellationToken cancellation);

    /// <summary>Takes a place for somebody who receives what is sent at present.</summary>
    Task<ISeat> WatchAsync(ISdpPeer peer, CancellationToken cancellation);
}

/// <summary>Somebody's place; disposing it gives it up.</summary>
public interface ISeat : IAsyncDisposable;
