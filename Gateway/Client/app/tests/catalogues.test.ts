import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { de } from '../src/i18n/de.ts';
import { en } from '../src/i18n/en.ts';
import { knownKey, pickLanguage, t, type Message } from '../src/i18n/language.ts';
import { literalsIn, templatesIn } from './literals.ts';

const source = join(import.meta.dirname, '../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('i18n/'));

function textsOf(message: Message): readonly string[] {
  return typeof message === 'string' ? [message] : [message.one, message.other];
}

function valuesOf(message: Message): readonly string[] {
  return [...new Set(textsOf(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')))].sort();
}

describe('catalogues', () => {
  it('have the same keys, each with a text', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
    for (const message of [...Object.values<Message>(en), ...Object.values(de)]) for (const text of textsOf(message)) expect(text.trim()).not.toBe('');
  });

  it('name the same values in each language, and count in each', () => {
    for (const [key, message] of Object.entries<Message>(en)) {
      const german = de[key as keyof typeof de];
      expect(valuesOf(german), key).toEqual(valuesOf(message));
      expect(typeof german, key).toBe(typeof message);
    }
  });

  it('have no text that nothing says', () => {
    const code = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
    // `t(`problem.${x}...`)` says all keys that begin so.
    const prefixes = [...code.matchAll(/(?:t|knownKey)\(`([\w.]+)\$\{/g)].map((match) => match[1] ?? '');
    const unsaid = Object.keys(en).filter((key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)));
    expect(unsaid).toEqual([]);
  });

  it('put values in, and choose the plural', () => {
    expect(t('people.viewers', { count: 1 })).toBe('1 viewer');
    expect(t('people.viewers', { count: 2 })).toBe('2 viewers');
    expect(t('said.joined', { name: '{count} $& Ada' })).toBe('{count} $& Ada joined');
    expect(knownKey('toString')).toBeUndefined();
  });

  it('are chosen by what was chosen here, then by the browser', () => {
    expect(pickLanguage('', ['de-CH', 'en'])).toBe('de');
    expect(pickLanguage('en', ['de-CH'])).toBe('en');
    expect(pickLanguage('', ['fr', 'pt-BR', 'de'])).toBe('de');
    expect(pickLanguage('xx', ['fr'])).toBe('en');
  });
});

describe('templates', () => {
  it.each(files)('say nothing that is not in the catalogues: %s', (file) => {
    expect(literalsIn(readFileSync(join(source, file), 'utf8'))).toEqual([]);
  });

  it('would be found out', () => {
    expect(literalsIn("html`<p>Hello there</p>`")).toEqual(['Hello there']);
    expect(literalsIn("html`<p title=\"Say it\" data-x=\"No words\">${a}</p>`")).toEqual(['Say it']);
    expect(literalsIn("html`<p aria-label=${on ? 'Switch off' : t('x')}>${a ? html`<b>Inner</b>` : nothing}</p>`")).toEqual(['Inner', 'Switch off']);
    expect(literalsIn("this.#say('That went wrong'); const a = `${name} waits there`;")).toEqual(['That went wrong', '${} waits there']);
    expect(literalsIn("html`<!-- Not shown --><p class=\"Big Letters\">${t('a.b')} · 5</p>`; throw new Error('For programmers only');")).toEqual([]);
    expect(templatesIn('html`a${html`b`}c`')).toHaveLength(2);
  });
});
