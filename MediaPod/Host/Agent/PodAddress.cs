namespace Conference.MediaPod.Host.Agent;

/// <summary>Where the Gateway reaches this pod; known once the server listens.</summary>
internal sealed class PodAddress
{
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Uri? _url;

    /// <summary>Completes when the address is known.</summary>
    public Task Known => _known.Task;

    /// <summary>The address.</summary>
    public Uri Url => _url ?? throw new InvalidOperationException("the pod does not listen yet");

    /// <summary>Tells the address.</summary>
    public void Set(Uri url)
    {
        _url = url;
        _known.TrySetResult();
    }
}
