using System.Text;
using Conference.Operator.Cluster;
using Conference.Support;

namespace Conference.Operator.Tests.Cluster;

public sealed class ClusterConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kubeconfig_with_inline_certificates()
    {
        var config = Read($$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://10.1.2.3:6443", certificate-authority-data: {{{Base64("CA")}}}, tls-server-name: kubernetes}}]
            users: [{name: other, user: {token: x}}, {name: u, user: {client-certificate-data: {{{Base64("CERT")}}}, client-key-data: {{{Base64("KEY")}}}}}]
            contexts: [{name: ctx, context: {cluster: c, user: u, namespace: meetings}}]
            current-context: ctx
            """);
        Assert.Equal(new ClusterConfig
        {
            Server = new Uri("https://10.1.2.3:6443"), AuthorityPem = "CA", TlsServerName = "kubernetes", ClientCertificatePem = "CERT", ClientKeyPem = "KEY", Namespace = "meetings",
        }, config);
    }

    [Fact]
    public void Files_are_found_beside_the_kubeconfig_and_a_token_file_wins()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "ca.crt"), "CA");
        File.WriteAllText(Path.Combine(_folder.Path, "token"), "fresh\n");
        var config = Read("""
            clusters:
            - name: c
              cluster: {server: "https://api:443", certificate-authority: ca.crt}
            users:
            - name: u
              user: {token: stale, tokenFile: token}
            contexts:
            - name: ctx
              context: {cluster: c, user: u}
            current-context: ctx
            """);
        Assert.Equal(("CA", "fresh", "default"), (config.AuthorityPem, config.Token, config.Namespace));
    }

    [Theory]
    [InlineData("exec: {command: aws}", ClusterConfigFault.PluginUnsupported)]
    [InlineData("auth-provider: {name: gcp}", ClusterConfigFault.PluginUnsupported)]
    [InlineData("username: admin, password: x", ClusterConfigFault.PasswordUnsupported)]
    [InlineData("client-key: missing.key", ClusterConfigFault.FileUnreadable)]
    [InlineData("client-key-data: '%%%'", ClusterConfigFault.Malformed)]
    public void Users_that_cannot_be_are_refused_by_name(string user, ClusterConfigFault fault)
    {
        var refused = Assert.Throws<ClusterConfigException>(() => Read($$$"""
            clusters: [{name: c, cluster: {server: "https://api:443"}}]
            users: [{name: u, user: { {{{user}}} }}]
            contexts: [{name: ctx, context: {cluster: c, user: u}}]
            current-context: ctx
            """));
        Assert.Equal(fault, refused.Fault);
    }

    [Theory]
    [InlineData("", ClusterConfigFault.Malformed)]
    [InlineData("[1, 2", ClusterConfigFault.Malformed)]
    [InlineData("just text", ClusterConfigFault.Malformed)]
    [InlineData("kind: Config", ClusterConfigFault.ContextMissing)]
    [InlineData("current-context: nowhere", ClusterConfigFault.ContextMissing)]
    [InlineData("{contexts: [{name: x, context: {cluster: c, user: u}}], users: [{name: u, user: {token: t}}], current-context: x}", ClusterConfigFault.ContextMissing)]
    [InlineData("{contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'ftp://x'}}], users: [{name: u, user: {token: t}}], current-context: x}", ClusterConfigFault.Malformed)]
    public void Broken_files_are_refused_by_name(string text, ClusterConfigFault fault) =>
        Assert.Equal(fault, Assert.Throws<ClusterConfigException>(() => Read(text)).Fault);

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<ClusterConfigException>(() => new KubeConfigFile(Path.Combine(_folder.Path, "none")).Read());
        Assert.Equal(ClusterConfigFault.FileUnreadable, refused.Fault);
        Assert.Contains("none", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1", "https://10.0.0.1:6443/")]
    [InlineData("fd00::1", "https://[fd00::1]:6443/")]
    public void A_pod_finds_its_server_and_its_account(string host, string server)
    {
        foreach (var (name, text) in new[] { ("token", "secret\n"), ("ca.crt", "CA"), ("namespace", "meetings\n") }) File.WriteAllText(Path.Combine(_folder.Path, name), text);
        var source = new InClusterConfig(_folder.Path, name => name == "KUBERNETES_SERVICE_HOST" ? host : "6443");
        Assert.True(source.IsPresent);
        Assert.Equal((server, "secret", "CA", "meetings"), (source.Read().Server.AbsoluteUri, source.Read().Token, source.Read().AuthorityPem, source.Read().Namespace));
        File.WriteAllText(Path.Combine(_folder.Path, "token"), "rotated");
        Assert.Equal("rotated", source.Read().Token);
    }

    [Fact]
    public void Outside_a_pod_that_is_said_by_name()
    {
        var source = new InClusterConfig(_folder.Path, _ => null);
        Assert.False(source.IsPresent);
        Assert.Equal(ClusterConfigFault.NotConfigured, Assert.Throws<ClusterConfigException>(() => source.Read()).Fault);
    }

    [Fact]
    public void Keys_and_tokens_are_not_printed()
    {
        var config = new ClusterConfig { Server = new Uri("https://api"), Token = "very-secret", ClientKeyPem = "very-secret" };
        Assert.DoesNotContain("very-secret", config.ToString(), StringComparison.Ordinal);
    }

    private ClusterConfig Read(string text)
    {
        var file = Path.Combine(_folder.Path, "config");
        File.WriteAllText(file, text);
        return new KubeConfigFile(file).Read();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
