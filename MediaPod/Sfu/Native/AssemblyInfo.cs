using System.Runtime.CompilerServices;

// Every P/Invoke of this assembly passes blittable values only; nothing is converted behind our back.
[assembly: DisableRuntimeMarshalling]
