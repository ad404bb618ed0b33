import { preferences, prefer } from '../preferences.ts';
import { de } from './de.ts';
import { en } from './en.ts';

/** A text; or, where it counts something (`count`), one for each of the plural forms that the language has. */
export type Message = string | { readonly one: string; readonly other: string };
export type MessageKey = keyof typeof en;
/** All texts of a language. English says which there are; the compiler finds what another language lacks. */
export type Catalogue = Readonly<Record<MessageKey, Message>>;

const catalogues = { en, de } satisfies Record<string, Catalogue>;
export type Language = keyof typeof catalogues;

/** The languages by their own names, as the choice shows them. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };
export const languages = Object.keys(catalogues) as readonly Language[];

/** The first language that the page has: what was chosen here before, then what the browser asks for, then English. */
export function pickLanguage(chosen: string, wanted: readonly string[]): Language {
  const known = (tag: string): Language | undefined => languages.find((language) => language === tag.toLowerCase().split('-')[0]);
  return known(chosen) ?? wanted.map(known).find((language) => language !== undefined) ?? 'en';
}

function browserLanguages(): readonly string[] {
  return globalThis.navigator?.languages ?? [];
}

let current = pickLanguage(preferences().language, browserLanguages());

export function language(): Language {
  return current;
}

/** The language with the reader's own habits for dates and numbers, where the browser tells of them. */
export function locale(): string {
  return browserLanguages().find((tag) => tag.toLowerCase().split('-')[0] === current) ?? current;
}

/** Chooses a language for this device; every element of the page says it at once. */
export function setLanguage(chosen: Language): void {
  prefer({ language: chosen });
  current = chosen;
  applyLanguage();
  renderAgain(document.body);
}

/** Says to assistive technology which language the page speaks. */
export function applyLanguage(): void {
  document.documentElement.lang = current;
}

/** A text in the present language; `{name}` in it stands for `values.name`, and `values.count` chooses the plural form. */
export function t(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  const message: Message = catalogues[current][key];
  const text = typeof message === 'string' ? message : message[plural(Number(values['count'] ?? 0))];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A text around something that is not text (a link, say), which stands where `{name}` is: what is before it, and behind it. */
export function around(key: MessageKey, name: string): readonly [string, string] {
  const [before = '', after = ''] = t(key).split(`{${name}}`);
  return [before, after];
}

/** The key, where there is such a text: for names that services send. */
export function knownKey(key: string): MessageKey | undefined {
  return Object.hasOwn(en, key) ? (key as MessageKey) : undefined;
}

function plural(count: number): 'one' | 'other' {
  return new Intl.PluralRules(current).select(count) === 'one' ? 'one' : 'other';
}

/** Elements render when their properties change; a language is none of them. */
function renderAgain(root: ParentNode): void {
  for (const element of root.querySelectorAll('*')) {
    if ('requestUpdate' in element && typeof element.requestUpdate === 'function') element.requestUpdate();
    if (element.shadowRoot) renderAgain(element.shadowRoot);
  }
}
