using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>An enum that travels as its names; a number, which could be a value that no code expects, is a <see cref="JsonException"/>. Every enum of this project carries it.</summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class EnumNames<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false) where T : struct, Enum;
