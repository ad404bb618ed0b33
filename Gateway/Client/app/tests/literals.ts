/** A template literal: what stands in it, and the code between. */
export interface Template {
  readonly tag: string;
  readonly parts: readonly string[];
  readonly code: readonly string[];
}

/** Attributes that people read or hear. */
const spoken = ['aria-label', 'aria-description', 'aria-roledescription', 'title', 'placeholder', 'alt', 'heading', 'label', 'summary'];
/** What is a name everywhere. */
const names = new Set(['Conference', 'WebRTC', 'Esc']);

/** Every template literal of a source, the inner ones too. */
export function templatesIn(source: string): readonly Template[] {
  const found: Template[] = [];
  scan(source, found, []);
  return found;
}

/** Everything in a source that a person would read and that no catalogue has: text and spoken attributes of templates, and sentences in code. */
export function literalsIn(source: string): readonly string[] {
  const templates: Template[] = [];
  const strings: string[] = [];
  scan(source, templates, strings);
  const markup = templates.filter(({ tag }) => tag === 'html' || tag === 'svg').flatMap(({ parts }) => wordsOf(parts.join('\u0000')));
  const sentences = [...strings, ...templates.filter(({ tag }) => tag === '').map(({ parts }) => parts.join('${}'))].filter(isSentence);
  return [...new Set([...markup, ...sentences])].filter((text) => !names.has(text));
}

function wordsOf(markup: string): readonly string[] {
  const bare = markup.replace(/<!--[\s\S]*?-->/g, '');
  const text = bare.replace(/<[^>]*>/g, '\u0000').split('\u0000').map((piece) => piece.replace(/&\w+;/g, '').trim());
  const attributes = spoken.flatMap((name) => [...bare.matchAll(new RegExp(`[\\s"]${name}="([^"]*)"`, 'g'))].map((match) => (match[1] ?? '').replaceAll('\u0000', '').trim()));
  return [...text, ...attributes].filter((piece) => /\p{L}{2,}/u.test(piece));
}

/** Begins with a capital and has a second word, or has three words of nothing but letters: for people. One word is a name of the protocol. */
function isSentence(text: string): boolean {
  if (/[<>;={}[\]#/]/.test(text.replaceAll('${}', ''))) return false;
  return /^\p{Lu}[\p{L}’']*,? +\p{L}/u.test(text) || /(^|\s)\p{L}{2,},? +\p{L}{2,},? +\p{L}{2,}/u.test(text) || /\$\{\} \p{L}{3,} \p{L}{3,}/u.test(text);
}

/** Walks code; collects templates and the strings outside of imports, errors and types. Returns where the code ended. */
function scan(source: string, templates: Template[], strings: string[], from = 0, nested = false): number {
  let depth = 0;
  for (let i = from; i < source.length; i++) {
    const char = source[i];
    if (char === '/' && source[i + 1] === '/' && source[i - 1] !== ':') i = endOf(source, '\n', i);
    else if (char === '/' && source[i + 1] === '*') i = endOf(source, '*/', i) + 1;
    else if (char === '/' && isRegExp(source, i)) i = endOfRegExp(source, i);
    else if (char === "'" || char === '"') {
      const end = endOfString(source, i);
      if (!/(?:Error\(|from |import )$/.test(source.slice(Math.max(0, i - 12), i))) strings.push(source.slice(i + 1, end));
      i = end;
    } else if (char === '`') i = scanTemplate(source, i, templates, strings);
    else if (char === '{') depth++;
    else if (char === '}' && nested && depth-- === 0) return i;
  }
  return source.length;
}

function scanTemplate(source: string, start: number, templates: Template[], strings: string[]): number {
  const tag = /(\w*)(?:<[^`]*>)?$/.exec(source.slice(Math.max(0, start - 20), start))?.[1] ?? '';
  const isError = /Error\($/.test(source.slice(Math.max(0, start - 8), start));
  const parts: string[] = [];
  const code: string[] = [];
  let part = '';
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') part += source[++i];
    else if (source[i] === '`') {
      templates.push({ tag: isError ? 'error' : tag, parts: [...parts, part], code });
      return i;
    } else if (source[i] === '$' && source[i + 1] === '{') {
      const end = scan(source, templates, strings, i + 2, true);
      code.push(source.slice(i + 2, end));
      parts.push(part);
      part = '';
      i = end;
    } else part += source[i];
  }
  return source.length;
}

function isRegExp(source: string, at: number): boolean {
  return /[(,=:[!&|?{};\n]\s*$/.test(source.slice(Math.max(0, at - 20), at));
}

function endOfRegExp(source: string, at: number): number {
  let inClass = false;
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === '[') inClass = true;
    else if (source[i] === ']') inClass = false;
    else if (source[i] === '/' && !inClass) return i;
  }
  return source.length;
}

function endOfString(source: string, at: number): number {
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === source[at]) return i;
  }
  return source.length;
}

function endOf(source: string, what: string, at: number): number {
  const found = source.indexOf(what, at + 1);
  return found < 0 ? source.length : found;
}
