using Conference.Silo.Journal;
using Npgsql;

namespace Conference.Silo.Tests.Journal;

public sealed class AddressTests
{
    [Xunit.Theory]
    [InlineData("postgres://ann:s%40fe%2Fish@db.example.org:6432/con%20ference?sslmode=verify-full", "db.example.org", 6432, "ann", "s@fe/ish", "con ference", SslMode.VerifyFull)]
    [InlineData("postgresql://ann@db/x", "db", 5432, "ann", null, "x", SslMode.Prefer)]
    [InlineData("Host=db;Port=6432;Username=ann;Password=p;Database=x;SSL Mode=Require", "db", 6432, "ann", "p", "x", SslMode.Require)]
    public void AddressesAreUnderstood(string text, string host, int port, string user, string? password, string database, SslMode mode)
    {
        var made = new NpgsqlConnectionStringBuilder(PostgresAddress.Parse(text));
        Assert.Equal((host, port, user, password, database, mode), (made.Host, made.Port, made.Username, made.Password, made.Database, made.SslMode));
    }

    [Xunit.Theory]
    [InlineData("postgres://ann@db/x", GssEncryptionMode.Disable)]
    [InlineData("Host=db;Database=x", GssEncryptionMode.Disable)]
    [InlineData("postgres://ann@db/x?gssencmode=prefer", GssEncryptionMode.Prefer)]
    [InlineData("Host=db;Database=x;GSS Encryption Mode=Require", GssEncryptionMode.Require)]
    public void KerberosIsForThoseWhoAskForIt(string text, GssEncryptionMode mode)
        => Assert.Equal(mode, new NpgsqlConnectionStringBuilder(PostgresAddress.Parse(text)).GssEncryptionMode);

    [Xunit.Fact]
    public void APasswordBesideTheAddressTakesTheOnesPlaceThatIsInIt()
        => Assert.Equal("p?w&d;=", new NpgsqlConnectionStringBuilder(PostgresAddress.Parse("postgres://ann:old@db/x", "p?w&d;=")).Password);

    [Xunit.Theory]
    [InlineData("")]
    [InlineData("conference.db")]
    [InlineData("postgres://")]
    [InlineData("postgres://db/x?nonsense=1")]
    [InlineData("Database=x")]
    public void WhatIsNoAddressIsNone(string text) => Assert.Null(PostgresAddress.Parse(text));
}
