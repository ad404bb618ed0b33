using System.Collections.Concurrent;
using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;
using Conference.Silo.Embedded;
using Conference.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using System.Reflection;
using System.Reflection.Emit;
using Orleans.Concurrency;

namespace Conference.Runtime.Tests.Embedded;

/// <summary>docs/runtime.md, cases R18, R22 and R23, and what is refused at start.</summary>
public sealed class SetupTests
{
    private readonly string _name = Stage.NewName();

    /// <summary>docs/runtime.md, case R23.</summary>
    [Fact]
    public async Task A_grain_cannot_be_called_before_the_silo_starts_nor_after_it_stopped()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddScoped<ScopedPart>().AddEmbeddedGrains(o => o.GrainAssemblies.Add(typeof(SetupTests).Assembly));
        using var host = builder.Build();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IIdentityGrain>(_name);
        await Assert.ThrowsAsync<InvalidOperationException>(grain.Identity);
        await host.StartAsync();
        Assert.Equal($"identity/{_name}", await grain.Identity());
        await host.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(grain.Identity);
    }

    /// <summary>docs/runtime.md, case R18.</summary>
    [Fact]
    public async Task A_one_way_call_to_an_observer_that_has_gone_is_no_warning()
    {
        var warnings = new Warnings();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(warnings);
        builder.Services.AddScoped<ScopedPart>().AddEmbeddedGrains(o => o.GrainAssemblies.Add(typeof(SetupTests).Assembly));
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var (speaker, listener) = (grains.GetGrain<ISpeakerGrain>(_name), new Listener(_name));
        var reference = grains.CreateObjectReference<IListener>(listener);
        await speaker.Add(reference);
        grains.DeleteObjectReference<IListener>(reference);
        await speaker.Say(3);
        await host.StopAsync();
        Assert.Empty(Stage.LogOf(_name));
        Assert.Empty(warnings.Texts);
        GC.KeepAlive(listener);
    }

    /// <summary>docs/runtime.md, case R22.</summary>
    [Fact]
    public async Task A_call_to_a_grain_that_the_stop_leaves_behind_fails()
    {
        await using var host = await EmbeddedHost.Start(new GrainHostSettings());
        var staying = host.Grains.GetGrain<IOneByOneGrain>(_name).Stay(_name);
        await Stage.When($"{_name}.in");
        using var patience = new CancellationTokenSource();
        var stop = host.Stop(patience.Token);
        await patience.CancelAsync();
        await stop.WaitAsync(Stage.Bound).ContinueWith(static _ => { }, TaskScheduler.Default);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => staying.WaitAsync(Stage.Bound));
        Stage.Raise($"{_name}.out");
    }

    /// <summary>docs/runtime.md, case R22.</summary>
    [Fact]
    public async Task A_silo_that_is_disposed_without_a_stop_ends_at_once()
    {
        var time = new ManualTime();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(time).AddScoped<ScopedPart>().AddEmbeddedGrains(o => o.GrainAssemblies.Add(typeof(SetupTests).Assembly));
        var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<ITimerGrain>(_name).Begin(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), interleaves: false, stays: false);
        var staying = grains.GetGrain<IOneByOneGrain>(_name).Stay(_name);
        await Stage.When($"{_name}.in");
        host.Dispose();
        Assert.Equal(0, time.PendingTimers);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => staying.WaitAsync(Stage.Bound));
        Stage.Raise($"{_name}.out");
    }

    [Theory]
    [InlineData(typeof(StatelessWorkerAttribute))]
    [InlineData(typeof(MayInterleaveAttribute))]
    public void Grains_that_only_Orleans_can_run_are_refused(Type attribute)
    {
        var arguments = attribute == typeof(MayInterleaveAttribute) ? new object[] { "Predicate" } : [];
        var assembly = AssemblyWith(type => type.SetCustomAttribute(
            new CustomAttributeBuilder(attribute.GetConstructor([.. arguments.Select(a => a.GetType())])!, arguments)));
        var error = Assert.Throws<NotSupportedException>(() => new ServiceCollection().AddEmbeddedGrains(o => o.GrainAssemblies.Add(assembly)));
        Assert.Contains("OddGrain", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_returns_no_task_is_refused()
    {
        var assembly = AssemblyWith(_ => { }, typeof(int));
        var error = Assert.Throws<NotSupportedException>(() => new ServiceCollection().AddEmbeddedGrains(o => o.GrainAssemblies.Add(assembly)));
        Assert.Contains("returns Int32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentException>(() => services.AddEmbeddedGrains(_ => { }));
        Refused(o => o.ResponseTimeout = TimeSpan.Zero);
        Refused(o => o.ActivationTimeout = TimeSpan.FromSeconds(-1));
        Refused(o => o.DeactivationTimeout = TimeSpan.Zero);
        Refused(o => o.CollectionQuantum = TimeSpan.Zero);
        Refused(o => o.CollectionAge = o.CollectionQuantum);

        void Refused(Action<EmbeddedGrainOptions> change) => Assert.Throws<ArgumentOutOfRangeException>(() => services.AddEmbeddedGrains(o =>
        {
            o.GrainAssemblies.Add(typeof(SetupTests).Assembly);
            change(o);
        }));
    }

    /// <summary>An assembly with one grain interface of one method and one class, OddGrain, that serves it.</summary>
    private static AssemblyBuilder AssemblyWith(Action<TypeBuilder> change, Type? returns = null)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Odd" + Stage.NewName()), AssemblyBuilderAccess.Run);
        var module = assembly.DefineDynamicModule("Odd");
        var contract = module.DefineType("IOddGrain", TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract);
        contract.AddInterfaceImplementation(typeof(IGrainWithStringKey));
        contract.DefineMethod("Do", MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual | MethodAttributes.NewSlot, returns ?? typeof(Task), []);
        var created = contract.CreateType();
        var grain = module.DefineType("OddGrain", TypeAttributes.Public | TypeAttributes.Class, typeof(Grain), [created]);
        var method = grain.DefineMethod("Do", MethodAttributes.Public | MethodAttributes.Virtual, returns ?? typeof(Task), []);
        var body = method.GetILGenerator();
        body.Emit(returns is null ? OpCodes.Ldnull : OpCodes.Ldc_I4_0);
        body.Emit(OpCodes.Ret);
        change(grain);
        grain.CreateType();
        return assembly;
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Texts { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Texts.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
