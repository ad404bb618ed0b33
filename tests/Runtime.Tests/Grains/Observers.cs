namespace Conference.Runtime.Tests.Grains;

public interface IListener : IGrainObserver
{
    /// <summary>One-way.</summary>
    void Hear(int number);

    Task<int> Answer(int number);

    Task Refuse(string message);
}

public interface ISpeakerGrain : IGrainWithStringKey
{
    Task Add(IListener listener);

    /// <summary>How many different listeners were added.</summary>
    Task<int> Count();

    /// <summary>Says 0 to <paramref name="count"/> - 1 to each listener.</summary>
    Task Say(int count);

    Task<int[]> Ask(int number);

    Task BeRefused(string message);
}

public sealed class SpeakerGrain : Grain, ISpeakerGrain
{
    private readonly HashSet<IListener> _listeners = [];

    public Task Add(IListener listener)
    {
        _listeners.Add(listener);
        return Task.CompletedTask;
    }

    public Task<int> Count() => Task.FromResult(_listeners.Count);

    public Task Say(int count)
    {
        for (var i = 0; i < count; i++)
            foreach (var listener in _listeners) listener.Hear(i);
        return Task.CompletedTask;
    }

    public Task<int[]> Ask(int number) => Task.WhenAll(_listeners.Select(l => l.Answer(number)));

    public Task BeRefused(string message) => Task.WhenAll(_listeners.Select(l => l.Refuse(message)));
}

/// <summary>What a test listens with.</summary>
public sealed class Listener(string name, int holdAt = -1) : IListener
{
    private int _inside;

    public void Hear(int number)
    {
        if (Interlocked.Increment(ref _inside) != 1) Stage.Log(name, "two at once");
        if (number == holdAt)
        {
            Stage.Raise($"{name}.holds");
            Stage.When($"{name}.goes").GetAwaiter().GetResult();
        }
        Stage.Log(name, number.ToString());
        Interlocked.Decrement(ref _inside);
        if (number == 99) Stage.Raise($"{name}.99");
    }

    public Task<int> Answer(int number) => Task.FromResult(number + 1);

    public Task Refuse(string message) => throw new PlaceTakenException(message, 5);
}
