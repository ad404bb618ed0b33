using Conference.Contracts;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Conference.Silo.ActorRuntimes;

/// <summary>
/// Lets the types of Contracts cross between silos. They know nothing of Orleans, so they travel as the JSON that <see cref="ContractsJson"/> gives them
/// everywhere else. They are deeply immutable, so within a silo they are passed on as they are.
/// </summary>
internal static class OrleansSerialization
{
    public static IServiceCollection AddContractsSerialization(this IServiceCollection services)
    {
        services.AddSingleton<IGeneralizedCopier, ContractsCopier>();
        return services.AddSerializer(serializer => serializer.AddJsonSerializer(
            isSerializable: IsOfContracts,
            isCopyable: static _ => false,
            options => options.Configure(o => o.SerializerOptions = ContractsJson.Default.Options)));
    }

    private static bool IsOfContracts(Type type) => type.Assembly == typeof(ContractsJson).Assembly;

    private sealed class ContractsCopier : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => IsOfContracts(type);

        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}
