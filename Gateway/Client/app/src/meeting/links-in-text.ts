/** A piece of a message: plain text, or a link to where it says. */
export interface TextPart {
  readonly text: string;
  readonly href?: string;
  /** The host as the browser will open it, where that is not what the text shows (letters that look like others). */
  readonly host?: string;
}

const candidate = /https?:\/\/[^\s<>"'`{}|\\^\u0000-\u0020\u007f\u00a0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+/gi;

/** Finds the web addresses in a message. Nothing else becomes a link: no other scheme, no user name in front of the host. */
export function linksInText(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(candidate)) {
    const shown = trimEnd(match[0]);
    const link = linkOf(shown);
    if (!link) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push(link);
    from = match.index + shown.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function linkOf(shown: string): TextPart | undefined {
  if (!URL.canParse(shown)) return undefined;
  const url = new URL(shown);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '' || url.hostname === '') return undefined;
  const isPlain = shown.toLowerCase().startsWith(`${url.protocol}//${url.hostname}`);
  return { text: shown, href: url.href, ...(isPlain ? {} : { host: url.hostname }) };
}

/** What ends a sentence, and a bracket that was opened before the address, is not part of it. */
function trimEnd(address: string): string {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] ?? '';
    if ('.,;:!?…'.includes(last)) continue;
    if (last === ')' && count(address.slice(0, end), ')') > count(address.slice(0, end), '(')) continue;
    if (last === ']' && !address.slice(0, end).includes('[')) continue;
    break;
  }
  return address.slice(0, end);
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
