using Conference.Silo.Embedded.Calls;
using Conference.Silo.Embedded.Observers;

namespace Conference.Silo.Embedded;

/// <summary>Makes references. A reference costs an allocation and no call; the grain comes to life with the first call.</summary>
internal sealed class GrainFactory(EmbeddedSilo silo) : IGrainFactory
{
    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        Make<TGrainInterface>(StringKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey, Extension(keyExtension)), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey, Extension(keyExtension)), grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        Make(grainInterfaceType, typeof(IGrainWithGuidKey), GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        Make(grainInterfaceType, typeof(IGrainWithIntegerKey), GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        Make(grainInterfaceType, typeof(IGrainWithStringKey), StringKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) =>
        Make(grainInterfaceType, typeof(IGrainWithGuidCompoundKey), GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey, Extension(keyExtension)));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) =>
        Make(grainInterfaceType, typeof(IGrainWithIntegerCompoundKey), GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey, Extension(keyExtension)));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)Make(typeof(TGrainInterface), silo.Classes.ByType(grainId.Type), grainId.Key);

    public IAddressable GetGrain(GrainId grainId)
    {
        var grainClass = silo.Classes.ByType(grainId.Type);
        return grainClass.Interfaces.Count == 1
            ? (IAddressable)(object)Make(grainClass.Interfaces[0], grainClass, grainId.Key)
            : throw new ArgumentException($"{grainClass.Type} serves {grainClass.Interfaces.Count} interfaces: name the one.", nameof(grainId));
    }

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) =>
        throw new NotSupportedException("Orleans' interface identities are not known here: name the interface by its type.");

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) =>
        (IAddressable)(object)Make(interfaceType, silo.Classes.ByInterface(interfaceType, grainClassNamePrefix), grainKey);

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey) =>
        (IAddressable)(object)Make(interfaceType, silo.Classes.ByInterface(interfaceType, null), grainKey);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is Reference) throw new ArgumentException("It is a reference already.", nameof(obj));
        if (obj is IGrainBase) throw new ArgumentException("It is a grain, which has references of its own.", nameof(obj));
        if (obj is not TGrainObserverInterface) throw new ArgumentException($"It does not implement {typeof(TGrainObserverInterface)}.", nameof(obj));
        return (TGrainObserverInterface)(object)silo.AddObserver(InterfacePlan.For(typeof(TGrainObserverInterface)), obj);
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not ObserverProxy proxy) throw new ArgumentException("It is not a reference to an observer.", nameof(obj));
        if (!silo.RemoveObserver(proxy)) throw new ArgumentException("It was deleted before.", nameof(obj));
    }

    private static IdSpan StringKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return IdSpan.Create(key);
    }

    private static string Extension(string keyExtension)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(keyExtension);
        return keyExtension;
    }

    private TGrainInterface Make<TGrainInterface>(IdSpan key, string? classPrefix) =>
        (TGrainInterface)(object)Make(typeof(TGrainInterface), silo.Classes.ByInterface(typeof(TGrainInterface), classPrefix), key);

    private IGrain Make(Type interfaceType, Type keyKind, IdSpan key)
    {
        if (!keyKind.IsAssignableFrom(interfaceType)) throw new ArgumentException($"{interfaceType} is not an {keyKind.Name}.", nameof(interfaceType));
        return (IGrain)(object)Make(interfaceType, silo.Classes.ByInterface(interfaceType, null), key);
    }

    private GrainProxy Make(Type interfaceType, GrainClass grainClass, IdSpan key) =>
        Reference.Create<GrainProxy>(silo, InterfacePlan.For(interfaceType), GrainId.Create(grainClass.GrainType, key));
}
