/** Where a join link or a typed code leads. */
export interface Destination {
  readonly code: string;
  readonly hostKey?: string;
  /** The key of an encrypted meeting. */
  readonly key?: string;
  /** The meeting's id, where whoever is signed in owns it: they go in as host. No secret. */
  readonly own?: string;
}

/** Reads a join link, a host link or a bare code; undefined when it is none of them. */
export function parseDestination(text: string): Destination | undefined {
  const trimmed = text.trim();
  const link = /\/j\/([A-Za-z0-9_-]{1,64})\/?(?:\?[^#]*)?(?:#(.*))?$/.exec(trimmed);
  if (link?.[1]) return withSecrets(link[1], link[2] ?? '');
  const code = trimmed.replace(/\s+/g, '-');
  return /^[A-Za-z0-9_-]{4,64}$/.test(code) ? { code: code.toLowerCase() } : undefined;
}

export function pathOf({ code, hostKey, key, own }: Destination): string {
  const secrets = [...(own ? [`own=${encodeURIComponent(own)}`] : []), ...(hostKey ? [`host=${encodeURIComponent(hostKey)}`] : []), ...(key ? [`key=${encodeURIComponent(key)}`] : [])];
  return `/j/${code}${secrets.length > 0 ? `#${secrets.join('&')}` : ''}`;
}

/** The link to give to others. */
export function joinLink(code: string, key?: string): string {
  return location.origin + pathOf({ code, ...(key ? { key } : {}) });
}

/**
 * The secrets of this tab's meeting: what makes it a host, and the key of an encrypted meeting. They arrive in the fragment, which no server sees; they move to
 * session storage at once, so that they are neither in the address bar (and in shared screens) nor in the history.
 */
export function takeSecrets(code: string): Destination {
  const given = withSecrets(code, location.hash.slice(1));
  if (given.hostKey) keep('host', code, given.hostKey);
  if (given.key) keep('key', code, given.key);
  if (given.own) keep('own', code, given.own);
  if (given.hostKey || given.key || given.own) history.replaceState(null, '', location.pathname + location.search);
  const [hostKey, key] = [given.hostKey ?? kept('host', code), given.key ?? meetingKey(code)];
  const own = given.own ?? kept('own', code);
  return { code, ...(hostKey ? { hostKey } : {}), ...(key ? { key } : {}), ...(own ? { own } : {}) };
}

/** The key of an encrypted meeting that this tab was given. */
export function meetingKey(code: string): string | undefined {
  return kept('key', code);
}

export function keepMeetingKey(code: string, key: string): void {
  keep('key', code, key);
}

function keep(name: 'host' | 'key' | 'own', code: string, value: string): void {
  try {
    sessionStorage.setItem(`conference:${name}:${code}`, value);
  } catch {
    // Where the page may not keep anything, a reload needs the link again.
  }
}

function kept(name: 'host' | 'key' | 'own', code: string): string | undefined {
  try {
    return sessionStorage.getItem(`conference:${name}:${code}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function withSecrets(code: string, fragment: string): Destination {
  const values = new URLSearchParams(fragment);
  const [hostKey, key, own] = [values.get('host'), values.get('key'), values.get('own')];
  return { code, ...(hostKey ? { hostKey } : {}), ...(key ? { key } : {}), ...(own ? { own } : {}) };
}
