// An OpenID provider on this machine: node provider.mjs PORT HOME SECRET, where HOME is the installation that its people sign in at.
import Provider from 'oidc-provider';

const [port, home, secret] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'conference', client_secret: secret, redirect_uris: [`${home}api/me/callback`], post_logout_redirect_uris: [home],
    response_types: ['code'], grant_types: ['authorization_code'],
  }],
  pkce: { required: () => true },
  cookies: { keys: [secret] },
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id[0].toUpperCase()}${id.slice(1)} Example`, email: `${id}@example.org`, email_verified: true }) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
