/** Where a join link or a typed code leads. */
export interface Destination {
  readonly code: string;
  readonly hostKey?: string;
}

/** Reads a join link, a host link or a bare code; undefined when it is none of them. */
export function parseDestination(text: string): Destination | undefined {
  const trimmed = text.trim();
  const link = /\/j\/([A-Za-z0-9_-]{1,64})\/?(?:\?[^#]*)?(?:#(.*))?$/.exec(trimmed);
  if (link?.[1]) return withHostKey(link[1], link[2] ?? '');
  const code = trimmed.replace(/\s+/g, '-');
  return /^[A-Za-z0-9_-]{4,64}$/.test(code) ? { code: code.toLowerCase() } : undefined;
}

export function pathOf({ code, hostKey }: Destination): string {
  return `/j/${code}${hostKey ? `#host=${encodeURIComponent(hostKey)}` : ''}`;
}

/** The link to give to others. */
export function joinLink(code: string): string {
  return `${location.origin}/j/${code}`;
}

/**
 * The host key of this tab's meeting. It arrives in the fragment, which no server sees; it moves to session storage at once, so
 * that it is neither in the address bar (and in shared screens) nor in the history.
 */
export function takeHostKey(code: string): string | undefined {
  const key = `conference:host:${code}`;
  const given = withHostKey(code, location.hash.slice(1)).hostKey;
  try {
    if (given) sessionStorage.setItem(key, given);
    if (given) history.replaceState(null, '', location.pathname + location.search);
    return given ?? sessionStorage.getItem(key) ?? undefined;
  } catch {
    return given;
  }
}

function withHostKey(code: string, fragment: string): Destination {
  const hostKey = new URLSearchParams(fragment).get('host');
  return hostKey ? { code, hostKey } : { code };
}
