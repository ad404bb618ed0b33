using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Operator.Draining;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Tests.Scaling;

/// <summary>A pool at one moment, for tests of single decisions. Pods hold 100 participants; 20 places shall be free.</summary>
internal sealed class Scene
{
    public const string Newest = "new";

    public MediaPodPoolSpec Spec { get; set; } = new()
    {
        Image = "localhost/mediapod:v1",
        MinPods = 1,
        MaxPods = 10,
        Capacity = new() { Participants = 100, EgressMbps = 1000 },
        Buffer = new() { Participants = 20 },
        ScaleUp = new() { WindowSeconds = 10, MaxPods = 3, StartDeadlineSeconds = 60 },
        ScaleDown = new() { StabilizationSeconds = 60, MaxPods = 1 },
        Drain = new() { Mode = DrainMode.Wait, DeadlineSeconds = 600 },
    };

    public DateTimeOffset Now { get; private set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public List<PoolPod> Pods { get; } = [];

    public double Trend { get; set; }

    public double Joins { get; set; }

    public bool SiloAnswers { get; set; } = true;

    public PoolLoad? Load { get; private set; }

    public ScaleMemory Memory { get; set; } = ScaleMemory.Begin(0, default);

    /// <summary>A ready pod that the silo knows, made an hour ago.</summary>
    public Scene With(string name, int participants, Func<PoolPod, PoolPod>? change = null)
    {
        var made = Now - TimeSpan.FromHours(1);
        var pod = new PoolPod
        {
            Name = name, Revision = Newest, CreatedAt = made, StartingSince = made, ReadySince = made + TimeSpan.FromSeconds(10), Node = "node1", Load = Carrying(name, participants),
        };
        Pods.Add(change?.Invoke(pod) ?? pod);
        return this;
    }

    /// <summary>A pod that has been on a node for <paramref name="seconds"/> and is not ready.</summary>
    public Scene WithStarting(string name, int seconds, Func<PoolPod, PoolPod>? change = null)
    {
        var pod = new PoolPod { Name = name, Revision = Newest, CreatedAt = Now - TimeSpan.FromSeconds(seconds), StartingSince = Now - TimeSpan.FromSeconds(seconds), Node = "node1" };
        Pods.Add(change?.Invoke(pod) ?? pod);
        return this;
    }

    public Func<PoolPod, PoolPod> Draining(ScaleCase why, int secondsAgo, bool siloKnows = true) => p => p with
    {
        DrainSince = Now - TimeSpan.FromSeconds(secondsAgo), DrainCase = why.Id, ReadySince = null,
        Load = p.Load! with { Draining = siloKnows, DrainMode = siloKnows ? DrainMode.Wait : null },
    };

    public static RegionPod Carrying(string name, int participants) =>
        new(PodId.Parse(name), PodRole.Media, "r1", "http://10.0.0.1:8081", "1.0", new PodCapacity(100, 1000), participants, participants > 0 ? 1 : 0, participants, participants / 100.0, false);

    public void Change(string name, Func<PoolPod, PoolPod> change)
    {
        var index = Pods.FindIndex(p => p.Name == name);
        Pods[index] = change(Pods[index]);
    }

    public void Carry(string name, int participants) => Change(name, p => p with { Load = Carrying(name, participants) });

    public Scene After(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public ScaleDecision Decide()
    {
        Load = SiloAnswers ? new PoolLoad(Now, Trend, Joins) : Load is { } last ? last with { Answers = false } : null;
        var decision = ScaleDecision.Decide(new ScaleInput { Spec = Spec, Revision = Newest, Pods = [.. Pods], Load = Load, Memory = Memory, Now = Now });
        Memory = decision.Memory;
        return decision;
    }

    public ImmutableArray<DrainStep> Steps()
    {
        Memory = Decide().Memory;
        return DrainSelection.Steps(Spec, [.. Pods], Load, Memory, Now, new ScaleOptions());
    }

    public DrainStep Step(string name) => Assert.Single(Steps(), s => s.Pod == name);
}
